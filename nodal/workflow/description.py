"""The architecture of any run's network, at parse time and without torch.

Families that only the built module knows are described once, in a process of their own, and kept by the
digest of what decides them.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodal.architectures.architecture import Architecture
from nodal.architectures.families import FAMILIES, architecture
from nodal.architectures.stored import from_json, to_json
from nodal.files.atomic import replacing
from nodal.workflow.code import KEPT, Code

ROOT = Path(__file__).parents[2]
FOLDER = Path("results") / "architectures"


def described(model: Mapping[str, Any], sample: Mapping[str, Any]) -> Architecture:
    """The architecture of the network that the settings `model` describe.

    Args:
        model: With a Python file's `digest`, where the network comes from one.
        sample: Kind and size of the inputs, as `nodal.models.describe` takes them.

    Raises:
        ValueError: The network cannot be built; one line says why.
    """
    if model["family"] in FAMILIES:
        return architecture(model)
    asked = json.dumps({"model": model, "sample": sample}, sort_keys=True)
    code = Code(ROOT, kept=KEPT).digest(ROOT / "nodal" / "models" / "describe.py")
    path = FOLDER / f"{hashlib.sha256(f'{asked} {code}'.encode()).hexdigest()[:16]}.json"
    if not path.exists():
        found = to_json(_described(asked))
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_text(found, encoding="utf-8")
    return from_json(path.read_text(encoding="utf-8"))


def source_digest(file: str) -> str:
    """Digest of a user's Python file and of the modules beside it that it imports, also through others.

    Raises:
        ValueError: It cannot be read, or is no Python.
    """
    path = Path(file)
    try:
        return Code(path.parent, {each.stem for each in path.parent.iterdir()}).digest(path)
    except (OSError, SyntaxError) as error:
        raise ValueError(f"{file} cannot be read ({error})") from None


def folder_digest(name: str) -> str:
    """Digest of the `config.json` of a folder that transformers wrote; empty where `name` is no folder.

    Raises:
        ValueError: The folder holds none.
    """
    if not Path(name).is_dir():
        return ""
    try:
        return hashlib.sha256((Path(name) / "config.json").read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise ValueError(f"{name}/config.json cannot be read ({error.strerror})") from None


def _described(asked: str) -> Architecture:
    """What the process that builds the network says of it."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.getenv("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-m", "nodal.models.describe"],
        input=asked, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    if done.returncode:
        raise ValueError((done.stderr.strip().splitlines() or ["it could not be built"])[-1])
    try:
        return from_json(done.stdout)
    except ValueError:
        said = " ".join(done.stdout.split())[:80]
        raise ValueError(f"the process that builds it ended without a description ({said!r})") from None
