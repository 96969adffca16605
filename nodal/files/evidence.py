"""What is known, from training images alone, of the layers that are pruned; the masks are made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodal.files.tensors import read_arrays, write_tensors
from nodal.snp.matrix import Snp

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Evidence:
    """What scores and label sets are made of.

    Attributes:
        snp: Single-nodal performance (SNP) of the nodes at both ends of the layers, by tap.
        rms: [nodes], root mean square over inputs and positions, by tap that a layer reads.
        taylor: First-order Taylor scores [out, in] by name of the weight.
    """

    snp: Mapping[str, Snp]
    rms: Mapping[str, Floats]
    taylor: Mapping[str, Floats]


def write_evidence(path: str | Path, evidence: Evidence, header: Mapping[str, Any]) -> None:
    """Write a safetensors file: `pooled_mean/{tap}`, `weight/{tap}`, `rms/{tap}`, `taylor/{weight}`."""
    factors = {
        f"{name}/{tap}": getattr(snp, name)
        for tap, snp in evidence.snp.items()
        for name in ("pooled_mean", "weight")
    }
    more = {
        f"{kind}/{name}": value
        for kind in ("rms", "taylor")
        for name, value in getattr(evidence, kind).items()
    }
    write_tensors(path, factors | more, header)


def read_evidence(path: str | Path) -> Evidence:
    """What `write_evidence` wrote.

    Raises:
        DamagedFile: The file is damaged.
    """
    arrays = read_arrays(path)
    kinds: dict[str, dict[str, Floats]] = {key: {} for key in ("pooled_mean", "weight", "rms", "taylor")}
    for key, value in arrays.items():
        kind, _, name = key.partition("/")
        kinds[kind][name] = value
    means, weights = kinds["pooled_mean"], kinds["weight"]
    snp = {tap: Snp(means[tap], weights[tap]) for tap in means}
    return Evidence(snp, kinds["rms"], kinds["taylor"])
