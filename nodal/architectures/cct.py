"""The compact convolutional transformer without torch: the taps and prunable layers of its encoder blocks."""

from collections.abc import Mapping
from typing import Any

from nodal.architectures.architecture import BLOCK, Architecture, Layer, Readout, Side, Tap
from nodal.architectures.attention_heads import heads_by_block

ATTENTION = "attention"
# Kinds of taps of a block, by module within it.
POINTS: dict[str, tuple[str, Side]] = {
    BLOCK: ("", "output"),
    "block_no_skip": (".linear2", "output"),
    "qkv_in": (".pre_norm", "output"),
    "qkv_out": (".self_attn.qkv", "output"),
    ATTENTION: (".self_attn.proj", "input"),
    "proj_out": (".norm1", "input"),  # projection with its skip
    "proj_only": (".self_attn.proj", "output"),
    "linear1_in": (".norm1", "output"),
    "linear1_preact": (".linear1", "output"),
    "linear1_out": (".linear2", "input"),  # after GELU
}
# The four fully connected layers of a block: by module, the kinds of tap at their ends, and the paper's name.
LAYERS = {
    "self_attn.qkv": ("qkv_in", "qkv_out", "qkv"),
    "self_attn.proj": (ATTENTION, "proj_out", "projection"),
    "linear1": ("linear1_in", "linear1_out", "linear1"),
    "linear2": ("linear1_out", BLOCK, "linear2"),
}


def cct(model: Mapping[str, Any]) -> Architecture:
    """The architecture of a CCT of these settings."""
    blocks = tuple(f"classifier.blocks.{number}" for number in range(model["depth"]))
    heads = heads_by_block(model["heads"], model["depth"])
    taps = {
        f"{kind}{number}": Tap(
            f"{block}{module}", side, "tokens", kind, number, heads[number - 1] if kind == ATTENTION else 1
        )
        for number, block in enumerate(blocks, 1)
        for kind, (module, side) in POINTS.items()
    }
    layers = {
        f"{block}.{module}.weight": Layer(f"{source}{number}", f"{target}{number}", number, kind)
        for number, block in enumerate(blocks, 1)
        for module, (source, target, kind) in LAYERS.items()
    }
    final_norm = "classifier.norm" if model.get("layer_norm", "all") in ("all", "final") else None
    return Architecture(taps, layers, blocks, final_norm, Readout("classifier.fc"))
