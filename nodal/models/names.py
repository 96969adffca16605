"""Names inside the networks that are needed without torch."""


def block_name(block: int) -> str:
    """Dotted name of an encoder block of a CCT, counted from 1."""
    return f"classifier.blocks.{block - 1}"


def prunable_layers(block: int) -> dict[str, tuple[str, str]]:
    """The four fully connected layers of a block: kinds of input and output tap by the name of the weight."""
    prefix = block_name(block)
    return {
        f"{prefix}.self_attn.qkv.weight": ("qkv_in", "qkv_out"),
        f"{prefix}.self_attn.proj.weight": ("attention", "proj_out"),
        f"{prefix}.linear1.weight": ("linear1_in", "linear1_out"),
        f"{prefix}.linear2.weight": ("linear1_out", "block"),
    }
