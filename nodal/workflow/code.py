"""What a job's code is: a digest of its script and of the `nodal` modules it imports.

Snakemake does not see the modules that a script imports, and sees the script only by its time of
change. The digest is taken over syntax trees without docstrings, so that comments, formatting and a
fresh clone change nothing, and an edit of code changes exactly the jobs that use it.
"""

import ast
import contextlib
import functools
import hashlib
import json
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from nodal.files.atomic import replacing

# Where Snakemake keeps its own; of the folder that holds the results.
KEPT = Path(".snakemake") / "code.json"
# A file that changed so few seconds before it was read may change again and look the same.
SETTLED = 2.0


class _File(NamedTuple):
    """What is known of one file; a JSON list, too.

    Attributes:
        stamp: Size and times of change: while they stay, so does the file.
        digest: Of its code.
        names: Every dotted name that it may import as a module; relative ones begin with dots.
    """

    stamp: str
    digest: str
    names: list[str]


class Code:
    """The code below a folder, each file read once.

    To read the 300 files of all jobs takes most of a second, and on a cluster every job does it. So what was
    read can be kept in a file, from which the next process takes what has not changed.

    Args:
        root: The folder that holds `packages`.
        packages: Names of the packages and modules that are followed.
        kept: The file that `keep` writes.
    """

    def __init__(self, root: Path, packages: Collection[str] = ("nodal",), kept: Path | None = None) -> None:
        self._root, self._packages, self._kept = root, packages, kept
        self._before = _read_kept(kept) if kept else {}
        self._file = functools.cache(self._read)
        self._modules = functools.cache(self._modules_of)
        self._now: dict[str, _File] = {}

    def digest(self, script: Path) -> str:
        """16 hexadecimal digits that depend on the code of a script and its modules alone."""
        # Keyed by the relative path: the same code elsewhere on disk is the same code.
        parts = [f"{path.relative_to(self._root)} {digest}" for path, digest in self.files(script).items()]
        return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]

    def files(self, script: Path) -> dict[Path, str]:
        """A script and, transitively, the files of the package it imports, each with its own digest."""
        seen: dict[Path, str] = {}
        waiting = [script]
        while waiting:
            path = waiting.pop()
            if path not in seen:
                file = self._file(path)
                seen[path] = file.digest
                names = [self._absolute(name, path) for name in file.names]
                waiting.extend(module for name in names for module in self._modules(name))
        return seen

    def keep(self) -> None:
        """Write what was read for the next process; where nothing can be written, it reads again."""
        if self._kept and self._now != self._before:
            with contextlib.suppress(OSError), replacing(self._kept) as temporary:
                temporary.write_text(json.dumps({"reader": _reader(), "files": self._now}))

    def _read(self, path: Path) -> _File:
        """A file, from what was kept where it has not changed since."""
        stat = path.stat()
        name = str(path.relative_to(self._root))
        stamp = f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"
        file = self._before.get(name)
        if file is None or file.stamp != stamp:
            file = _File(stamp, *_parsed(path))
        if time.time() - max(stat.st_mtime, stat.st_ctime) > SETTLED:
            self._now[name] = file
        return file

    def _absolute(self, name: str, importer: Path) -> str:
        """A name as the importing file means it: one dot is the file's own folder, two the one above."""
        inner = name.lstrip(".")
        if inner == name:
            return name
        folder = importer.relative_to(self._root).parent.parts
        inside = folder[: max(0, len(folder) - (len(name) - len(inner) - 1))]
        return ".".join([*inside, *filter(None, [inner])])

    def _modules_of(self, name: str) -> list[Path]:
        """The files that importing `name` runs: its parents' `__init__.py` and the module itself."""
        parts = name.split(".")
        if parts[0] not in self._packages:
            return []
        folders = [self._root.joinpath(*parts[: i + 1]) for i in range(len(parts))]
        candidates = [*(folder / "__init__.py" for folder in folders), folders[-1].with_suffix(".py")]
        return [path for path in candidates if path.is_file()]


def _parsed(path: Path) -> tuple[str, list[str]]:
    """Digest of one file's code, and the names that it may import."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(_names(node))
        if (
            isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), sorted(names)


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Every dotted name an import statement may load as a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    module = "." * node.level + (node.module or "")
    inside = module if module.endswith(".") else f"{module}."
    return [module, *(f"{inside}{alias.name}" for alias in node.names)]


def _reader() -> str:
    """What reads the files: another Python, or another form of this module, may read them otherwise."""
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return f"Python {sys.version_info.major}.{sys.version_info.minor}, {own}"


def _read_kept(path: Path) -> dict[str, _File]:
    """What an earlier process kept; nothing where that is not there, damaged, or of another reader."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        same = kept["reader"] == _reader()
        return {name: _File(*file) for name, file in kept["files"].items()} if same else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
