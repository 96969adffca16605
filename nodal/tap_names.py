"""Names of taps, which tables and figures need without torch and without the configuration's schema."""

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
    """Split a tap's name into its kind and its block: `"qkv_in7"` -> `("qkv_in", 7)`."""
    match = re.fullmatch(rf"({'|'.join(TAPS)})([1-9][0-9]*)", tap)
    if match is None:
        raise ValueError(
            f"tap {tap!r} does not exist: a tap is one of {', '.join(TAPS)} and a block's number, e.g. block7"
        )
    return match[1], int(match[2])
