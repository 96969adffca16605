"""Where types meet: whatever is like an array becomes the NumPy array that a function needs, or is refused.

A torch tensor on the CPU is like an array, too. What already is as needed is not copied.
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def as_numbers(name: str, value: object, shape: str, dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Finite numbers in the precision `dtype`.

    Args:
        name: The argument, for messages.
        value: What was given.
        shape: Names of its dimensions, none of which may be empty: `[nodes, labels]`; `[..., labels]` may
            have more before.
        dtype: Of the result.

    Raises:
        TypeError: It is no array of numbers.
        ValueError: It has another shape, or holds nan or infinite numbers.
    """
    given = _array(name, value, shape, "fiu", "numbers")
    with np.errstate(over="ignore"):
        array = given.astype(dtype, copy=False)
    bad = array.size - int(np.isfinite(array).sum())
    if bad:
        raise ValueError(f"{name}: {bad} of {array.size} values are not finite in {array.dtype}")
    return array


def as_integers(name: str, value: object, shape: str) -> NDArray[Any]:
    """Integers, as they were given; arguments and errors as in `as_numbers`."""
    return _array(name, value, shape, "iu", "integers")


def as_flags(name: str, value: object, shape: str) -> NDArray[np.bool_]:
    """Truth values, as they were given; arguments and errors as in `as_numbers`."""
    return _array(name, value, shape, "b", "truth values (bool)")


def same_shape(**arrays: NDArray[Any]) -> None:
    """Refuse arrays of different shapes; their names are those of the arguments.

    Raises:
        ValueError: Names them and their shapes.
    """
    if len({array.shape for array in arrays.values()}) > 1:
        shapes = ", ".join(f"{name} {list(array.shape)}" for name, array in arrays.items())
        raise ValueError(f"{shapes}: these must have the same shape")


def count(name: str, value: object) -> int:
    """A number of things, at least one.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name}: {value!r} where an integer of at least 1 is needed")
    return int(value)


def _array(name: str, value: object, shape: str, kinds: str, what: str) -> NDArray[Any]:
    try:
        array = np.asarray(value)
    except (
        TypeError,
        ValueError,
        RuntimeError,
    ) as error:  # ragged lists; tensors on a GPU or with a gradient
        reason = str(error).splitlines()[0]
        raise TypeError(f"{name}: cannot be read as an array of {what} {shape} ({reason})") from None
    if array.dtype.kind not in kinds:
        raise TypeError(f"{name}: holds {array.dtype} where {what} {shape} are needed")
    least = shape.count(",") + (not shape.startswith("[..."))
    if array.ndim < least or (array.ndim > least and "..." not in shape) or not array.size:
        raise ValueError(f"{name}: has shape {list(array.shape)} where {shape} is needed")
    return array
