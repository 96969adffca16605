"""The CCT without torch: names of its taps, of its encoder blocks and of the layers that can be pruned."""

import re

ATTENTION_TAP = "attention"
TAPS = (
    "block",
    "block_no_skip",
    "qkv_in",
    "qkv_out",
    ATTENTION_TAP,
    "proj_out",
    "proj_only",
    "linear1_in",
    "linear1_preact",
    "linear1_out",
)


def tap_block(tap: str) -> tuple[str, int]:
    """Split a tap's name into its kind and its block: `"qkv_in7"` -> `("qkv_in", 7)`.

    Raises:
        ValueError: There is no such tap; says what a tap's name is.
    """
    match = re.fullmatch(rf"({'|'.join(TAPS)})([1-9][0-9]*)", tap)
    if match is None:
        raise ValueError(
            f"tap {tap!r} does not exist: a tap is one of {', '.join(TAPS)} and a block's number, e.g. block7"
        )
    return match[1], int(match[2])


def block_name(block: int) -> str:
    """Dotted name of an encoder block, counted from 1."""
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
