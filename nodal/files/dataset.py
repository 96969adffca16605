"""What a data file says of itself, read without torch: its labels, and how many inputs it holds."""

from pathlib import Path

from safetensors import safe_open

from nodal.files.tensors import read_about


def label_names(path: str | Path) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Name and super-class of each label; no super-classes where the data set has none."""
    about = read_about(path)
    return tuple(about["names"]), tuple(about["superclass"])


def vocabulary(path: str | Path) -> tuple[str, ...]:
    """The token of each id where the data set is one of texts; else nothing."""
    return tuple(read_about(path).get("vocabulary", ()))


def described(path: str | Path) -> str:
    """A data set in words: its name, labels, size of an input, and number of inputs of each split."""
    with safe_open(path, "np") as data:
        shapes = {key: data.get_slice(f"inputs.{key}").get_shape() for key in ("train", "heldout", "test")}
    counts = ", ".join(f"{shape[0]:,} {split}" for split, shape in shapes.items())
    side, tokens = shapes["train"][-1], len(vocabulary(path))
    size = f"texts of at most {side} of {tokens:,} tokens" if tokens else f"{side}x{side} pixels"
    return f"{Path(path).stem}: {len(label_names(path)[0])} labels, {size}; {counts}"
