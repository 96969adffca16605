"""The nodes of every tap, packed into the report: what its explorer shows without a network or a server.

Of each tap: the two factors of its single-nodal performance (SNP) matrices and its clusters, for the nodes
and for the directions of one random basis. The page makes matrices of the factors as it needs them.
"""

import base64
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodal.architectures.architecture import READOUT
from nodal.files.snp import read_snp
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.rotations import rotations
from nodal.snp.signal_to_noise import contributions, signal_to_noise, summarise
from nodal.tables.seeds import main_threshold

LEVELS = 127  # steps of a stored factor on each side of 0: a value is right to 0.4 % of its node's largest
ROOM = 3_200_000  # bytes of factors that a page takes: with these the whole stays below 6 MB


@dataclass
class Packed:
    """What the page unpacks: an index, and one run of bytes to which its places point."""

    runs: dict[str, Any] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)

    def add(self, values: NDArray[np.int8]) -> int:
        """Append integers, each a byte; returns the place of the first."""
        place = len(self.content)
        self.content += values.tobytes()
        return place

    def text(self) -> dict[str, str]:
        """Both as base64 of gzip, which is no markup."""
        index = json.dumps(self.runs, ensure_ascii=False, allow_nan=False).encode()
        parts = {"index": index, "content": bytes(self.content)}
        return {
            name: base64.b64encode(gzip.compress(part, 9, mtime=0)).decode() for name, part in parts.items()
        }


def explorer(files: Mapping[str, Sequence[Path]], runs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The explorer's data as text to be put into the page; the smallest taps first, as far as there is room.

    Args:
        files: SNP files by run, of one seed, probe set by probe set.
        runs: Their settings by name.
    """
    packed, room, fitting = Packed(), ROOM, set()
    read = {path: read_snp(path) for paths in files.values() for path in paths}
    for size, path in sorted((_size(snp), path) for path, (snp, _) in read.items()):
        room -= size
        if room >= 0:
            fitting.add(path)
    for run, paths in files.items():
        taps, left_out = [], []
        for path in paths:
            snp, header = read[path]
            if path in fitting:
                taps.append(_tap(packed, snp, header, runs[run]["probes"][header["set"]]))
            else:
                left_out.append(f"{header['set']}/{header['tap']}")
        about = {key: header[key] for key in ("labels", "seed")}
        packed.runs[run] = {**about, "taps": taps, "left_out": left_out}
    return packed.text()


def _size(snp: Snp) -> int:
    """Bytes of a tap on the page: in two bases two factors, and the number of each label's cluster."""
    return 2 * (2 * snp.weight.size + snp.shape[0] * snp.shape[1])


def _tap(packed: Packed, snp: Snp, header: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    turned = next(rotations(snp, 1, header["seed"], settings["taps"].index(header["tap"])))
    about = {key: header[key] for key in ("set", "tap", "kind", "block", "heads")}
    threshold = main_threshold(settings["thresholds"])
    bases = {
        name: _basis(packed, each, threshold, settings["rule"])
        for name, each in (("nodes", snp), ("directions", turned))
    }
    sizes = {"nodes": len(snp.weight), "positions": 1 if snp.rank_one else snp.weight.shape[1]}
    about["pooling"] = "its own" if header["tap"] == READOUT else settings["pooling"]
    return {**about, **sizes, "threshold": threshold, "bases": bases}


def _basis(packed: Packed, snp: Snp, threshold: float, rule: str) -> dict[str, Any]:
    """One basis of a tap: places of its arrays, [K, L] or [K, P, L], and what is known of each node."""
    numbers = clusters(snp, [threshold], rule)
    if numbers.max(initial=-1) > LEVELS:
        raise ValueError(
            f"a node has {numbers.max() + 1} clusters, more than the {LEVELS + 1} the page can show"
        )
    noise = statistics(numbers, above(snp, [threshold])).noise[0]
    return {
        "snr": _number(signal_to_noise(summarise(numbers[0], noise)).snr),
        "pooled_mean": packed.add(_levels(snp.pooled_mean)),
        "weight": packed.add(_levels(snp.weight)),
        "numbers": packed.add(numbers[0].astype(np.int8)),
        "noise": noise.tolist(),
        "contribution": [_number(value) for value in contributions(numbers[0], noise)],
    }


def _levels(factor: NDArray[np.float32]) -> NDArray[np.int8]:
    """A factor in steps of each node's largest value: the page shows matrices over their maximum alone."""
    largest = np.abs(factor).max(axis=tuple(range(1, factor.ndim)), keepdims=True)
    return np.rint(factor / np.where(largest > 0, largest, 1) * LEVELS).astype(np.int8)


def _number(value: float) -> float | None:
    """Four digits; what is undefined is none."""
    return float(f"{value:.4g}") if np.isfinite(value) else None


def inlined(scripts: Iterable[Path]) -> str:
    """Scripts that the page brings along.

    Raises:
        ValueError: One would end the element that holds it.
    """
    texts = [path.read_text(encoding="utf-8") for path in scripts]
    if any("</script" in text.lower() for text in texts):
        raise ValueError("a script holds </script, which would end it")
    return "\n".join(texts)
