"""What a job's code is: a digest of its script and of the `nodal` modules it imports.

Snakemake does not see the modules that a script imports, and sees the script only by its time of
change. The digest is taken over syntax trees without docstrings, so that comments, formatting and a
fresh clone change nothing, and an edit of code changes exactly the jobs that use it.
"""

import ast
import functools
import hashlib
import itertools
import os
from collections.abc import Iterable
from pathlib import Path

from nodal.files.images import ImageFiles


def code_digest(script: Path, root: Path, package: str = "nodal") -> str:
    """Digest of a script and, transitively, of the modules of `package` it imports.

    Args:
        script: The Python file a job runs.
        root: The folder that holds `package`.
        package: Name of the package whose modules are followed.

    Returns:
        16 hexadecimal digits that depend on code alone.
    """
    # Keyed by the relative path: the same code elsewhere on disk is the same code.
    parts = [
        f"{path.relative_to(root)} {digest}" for path, digest in code_files(script, root, package).items()
    ]
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]


def code_files(script: Path, root: Path, package: str = "nodal") -> dict[Path, str]:
    """A script and, transitively, the files of `package` it imports, each with its own digest."""
    seen: dict[Path, str] = {}
    waiting = [script]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen[path], imports = _read(path, root, package, path.stat().st_mtime_ns)
            waiting.extend(imports)
    return seen


@functools.cache
def _read(path: Path, root: Path, package: str, changed: int) -> tuple[str, tuple[Path, ...]]:
    """Digest of one file's code and the files of the package it imports; `changed` keys the cache."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    imports: list[Path] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports += [file for name in _names(node) for file in _files(name, root, package)]
        if (
            isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), tuple(imports)


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Every dotted name an import statement may load as a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]


def _files(name: str, root: Path, package: str) -> list[Path]:
    """The files that importing `name` runs: its parents' `__init__.py` and the module itself."""
    parts = name.split(".")
    if parts[0] != package:
        return []
    folders = [root.joinpath(*parts[: i + 1]) for i in range(len(parts))]
    candidates = [*(folder / "__init__.py" for folder in folders), folders[-1].with_suffix(".py")]
    return [path for path in candidates if path.is_file()]


def listing_digest(files: ImageFiles, tables: Iterable[bytes] = ()) -> str:
    """A digest of an image folder: changes where images come, go or change, or a table beside them does.

    Images count by name, size and second of last change: to read them all would take minutes, and images
    without compression have one size. A copy that keeps times is the same; one that does not is another.

    Args:
        files: What `nodal.files.images` lists.
        tables: The content of files on the labels.
    """
    content = hashlib.sha256()
    for labels in files.values():
        for file in itertools.chain.from_iterable(labels.values()):
            content.update(os.fsencode(f"{file.name}\0{file.size}\0{file.changed}\0"))
    for table in tables:
        content.update(hashlib.sha256(table).digest())
    return content.hexdigest()[:16]
