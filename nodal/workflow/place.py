"""Whether jobs can run, and leave something, where Snakemake was started."""

import shlex
import sys
from pathlib import Path


def check_place(python: str = sys.executable, results: Path = Path("results")) -> None:
    """Make the folder of the results.

    Args:
        python: The interpreter by which Snakemake starts jobs.
        results: The folder.

    Raises:
        ValueError: One line: the interpreter's path needs quoting, which Snakemake does not do, or the folder
            cannot be made.
    """
    if shlex.quote(python) != python:
        raise ValueError(
            f"{python}: Snakemake starts no job with a Python whose path holds a space or another special"
            " character: clone to a path without"
        )
    try:
        results.mkdir(exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"{results}: the folder cannot be made ({error.strerror}): run from a folder you may write to"
        ) from None
