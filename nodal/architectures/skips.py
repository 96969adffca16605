"""Where skip connections join their branches: the taps with and without what the skip brings."""

from dataclasses import dataclass

from nodal.architectures.architecture import BLOCK, Architecture


@dataclass(frozen=True)
class Skip:
    """A sum of a skip and a branch.

    Attributes:
        block: From 1.
        branch: `attention` or `feed-forward`.
        joined: Name of the tap behind the sum.
        alone: Name of the tap that gives the branch alone.
        before: Names of taps of which the skip carries one, as far as they are known.
    """

    block: int
    branch: str
    joined: str
    alone: str
    before: tuple[str, ...]


# Kinds of tap, and whether the block itself or the one before it has them.
_KINDS = (
    ("attention", "proj_out", "proj_only", ((BLOCK, 1),)),
    ("feed-forward", BLOCK, "block_no_skip", (("linear1_in", 0), ("proj_out", 0))),
)


def skips(architecture: Architecture) -> list[Skip]:
    """The skips of all blocks that have a tap on both sides of the sum, in the order of the depth."""
    named = {(tap.kind, tap.block): name for name, tap in architecture.taps.items()}
    return [
        Skip(
            block,
            branch,
            named[joined, block],
            named[alone, block],
            tuple(named[kind, block - back] for kind, back in before if (kind, block - back) in named),
        )
        for block in range(1, architecture.depth + 1)
        for branch, joined, alone, before in _KINDS
        if {(joined, block), (alone, block)} <= named.keys()
    ]
