"""What a network is made of, said without torch: its taps, its prunable layers, its blocks and its readout.

Everything that reads, prunes, tabulates or draws a network asks its `Architecture` and knows no family.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

Side = Literal["input", "output"]
Layout = Literal["tokens", "channels", "channels_last", "vector"]
BLOCK = "block"  # the kind of tap that stands for its whole block in Tables 1 and 2
READOUT = "readout"  # the tap, and its kind, that the network's own last layer reads
EVERY = "every"  # the word for all taps, and the probe set of which basis privilege is made on demand only


@dataclass(frozen=True)
class Tap:
    """A named point of a network whose nodes are measured: what a module takes, or what it gives.

    Attributes:
        module: Dotted name of the module, as torch's `named_modules` has it.
        side: Whether its first input, by position or by name, or its output is meant; of a tuple, list or
            mapping, as attention gives it, the first element.
        layout: Which dimension holds the nodes: `tokens` [B, T, K], `channels` [B, K, H, W], `channels_last`
            [B, H, W, K], `vector` [B, K].
        kind: What the tap is within its block; taps of one kind in several blocks are the same point.
        block: Its place along the depth, from 1: its row in Tables 1 and 2.
        heads: Equal, contiguous groups of its nodes that are attention heads; 1 where there are none.

    Raises:
        ValueError: There is no such side or layout; or no such block or number of heads.
    """

    module: str
    side: Side
    layout: Layout = "tokens"
    kind: str = BLOCK
    block: int = 1
    heads: int = 1

    def __post_init__(self) -> None:
        for name, allowed in (("side", get_args(Side)), ("layout", get_args(Layout))):
            if getattr(self, name) not in allowed:
                raise ValueError(
                    f"{name}: {getattr(self, name)!r} where one of {', '.join(allowed)} is needed"
                )
        for name in ("block", "heads"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: {getattr(self, name)!r} where an integer of at least 1 is needed")


@dataclass(frozen=True)
class Layer:
    """A weight that can be pruned, [out, in, ...], and the taps at its two ends.

    Attributes:
        source: Name of the tap whose nodes it reads; behind a flattening each at all its positions, side by
            side.
        target: Name of the tap whose nodes it makes.
        block: The block it belongs to, from 1.
        kind: What it is within its block: the name of its rows in Table 3.
    """

    source: str
    target: str
    block: int
    kind: str


@dataclass(frozen=True)
class Readout:
    """The network's own last layer, which is a probe as it stands on the tap `readout`, a pooled vector.

    Attributes:
        module: Dotted name of the fully connected layer to the labels.
    """

    module: str


@dataclass(frozen=True)
class Architecture:
    """A network as its measurement sees it.

    Attributes:
        taps: By name; in the order of the depth.
        layers: Prunable layers by the name of their weight; in the order of the depth.
        blocks: Dotted name of the module of block 1, 2, ...
        final_norm: Dotted name of the LayerNorm behind the last block, if there is one.
        readout: The last layer, where it is fully connected.
        unread: A line for each thing that this description does not know.
    """

    taps: Mapping[str, Tap]
    layers: Mapping[str, Layer]
    blocks: tuple[str, ...]
    final_norm: str | None = None
    readout: Readout | None = None
    unread: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        """Number of blocks."""
        return len(self.blocks)

    def tap(self, name: str) -> Tap:
        """The tap of this name.

        Raises:
            ValueError: There is none; names those that are close, or all kinds.
        """
        if name == READOUT and self.readout:
            return Tap(self.readout.module, "input", "vector", READOUT, self.depth)
        if name not in self.taps:
            raise ValueError(f"tap {name!r} does not exist; {self._near(name)}")
        return self.taps[name]

    def block_taps(self) -> list[str]:
        """One tap a block: its output."""
        return [name for name, tap in self.taps.items() if tap.kind == BLOCK]

    def head_taps(self) -> list[str]:
        """The taps whose nodes belong to attention heads."""
        return [name for name, tap in self.taps.items() if tap.heads > 1]

    def layers_of(self, block: int) -> dict[str, Layer]:
        """The prunable layers of a block."""
        return {weight: layer for weight, layer in self.layers.items() if layer.block == block}

    def middle_layer(self, block: int) -> str:
        """Name of the weight of the middle one of a block's prunable layers, which figures show."""
        weights = list(self.layers_of(block))
        return weights[len(weights) // 2]

    def ends_of(self, block: int) -> list[str]:
        """The taps at the ends of a block's prunable layers, each once."""
        ends = [tap for layer in self.layers_of(block).values() for tap in (layer.source, layer.target)]
        return list(dict.fromkeys(ends))

    def _near(self, name: str) -> str:
        if close := get_close_matches(name, self.taps, n=3):
            return f"there is {', '.join(close)}"
        kinds = dict.fromkeys(tap.kind for tap in self.taps.values())
        return f"a tap is one of {', '.join(kinds)} and a block's number from 1 to {self.depth}"
