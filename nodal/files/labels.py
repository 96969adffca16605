"""What a data file says of its labels, read without torch."""

from pathlib import Path

from nodal.files.tensors import read_about


def label_names(path: str | Path) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Name and super-class of each label; no super-classes where the data set has none."""
    about = read_about(path)
    return tuple(about["names"]), tuple(about["superclass"])
