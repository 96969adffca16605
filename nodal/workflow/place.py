"""Whether jobs can run, and leave something, where Snakemake was started."""

import shlex
import sys
from pathlib import Path


def check_place(
    root: Path,
    python: str = sys.executable,
    results: Path = Path("results"),
    encoding: str = sys.getfilesystemencoding(),
) -> None:
    """Make the folder of the results.

    Args:
        root: The folder of the workflow.
        python: The interpreter by which Snakemake starts jobs.
        results: The folder.
        encoding: How Python takes names of files.

    Raises:
        ValueError: One line: the workflow's path holds braces, the interpreter's path needs quoting, which
            Snakemake does not do, names of files would be taken for others, or the folder cannot be made.
    """
    if {"{", "}"} & set(str(root)):
        raise ValueError(
            f"{root}: Snakemake takes braces in this path for wildcards: clone to a path without"
        )
    if encoding != "utf-8":
        raise ValueError(f"names of files would be read as {encoding}: set PYTHONUTF8=1, or a UTF-8 locale")
    plain = "".join(filter(str.isascii, python))  # a shell needs no quotes for other letters
    if shlex.quote(plain) != plain:
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
