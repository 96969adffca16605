"""What every job does around its work: logging, threads, error messages, the side folder of its state.

Nothing here decides a result, so it is no part of a job's code digest.
"""

import hashlib
import json
import logging
import os
import shutil
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from nodal.files.atomic import DamagedFile
from nodal.workflow.provenance import versions

if TYPE_CHECKING:
    from snakemake.iocontainers import Snakemake


# A notebook's or a user's backend may not exist here. Read when matplotlib is imported, after this module.
os.environ["MPLBACKEND"] = "agg"


def start() -> "Snakemake":
    """Begin a job: log to the rule's log, say errors in one line, keep to the job's threads.

    What is logged is printed as well, but not on a terminal: there the workflow shows it
    (`rules/terminal.smk`).

    Returns:
        The job's `input`, `output`, `params`, `wildcards`, `threads`, as Snakemake gave them to the script.
    """
    snakemake: Snakemake = vars(sys.modules["__main__"])["snakemake"]
    name = " ".join([snakemake.rule, *(f"{value}" for value in snakemake.wildcards)])
    handlers: list[logging.Handler] = [logging.FileHandler(snakemake.log[0], "w", encoding="utf-8")]
    if not sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(logging.Formatter(f"%(asctime)s {name}: %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    for chatty in ("fontTools", "onnx_ir", "onnxscript"):  # every table of a font, every step of an export
        logging.getLogger(chatty).setLevel(logging.WARNING)
    sys.excepthook = _say
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(snakemake.threads)
    # The interpreter and the imports so far; benchmarks/stages.py reads it.
    logging.info("start-up: %.1f s", time.process_time())
    return snakemake


def header(snakemake: "Snakemake") -> dict[str, Any]:
    """What every file of a run says of its origin: code digest, settings and versions, too."""
    return {
        "run": snakemake.params.run,
        "seed": int(snakemake.wildcards.seed),
        "code": snakemake.params.code,
        "settings": snakemake.params.settings,
        "versions": versions(("numpy", "torch")),
    }


def state_folder(snakemake: "Snakemake") -> Path:
    """The undeclared folder of a job's side state, another one for other settings, code or inputs."""
    key = {
        "settings": snakemake.params.settings,
        "code": snakemake.params.code,
        "inputs": {name: Path(name).stat().st_mtime_ns for name in snakemake.input},
    }
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]
    folder = Path("results") / ".state" / "_".join([snakemake.rule, *map(str, snakemake.wildcards), digest])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def drop_state(folder: Path) -> None:
    """Remove the side state of a job that is done; another one beside it may have done so."""
    shutil.rmtree(folder, ignore_errors=True)


def _set_aside(path: Path) -> str:
    """Take a damaged file out of the way, so that the next run makes it anew; its metadata stays true."""
    aside = path.with_name(f"{path.name}.damaged")
    try:
        path.replace(aside)
    except OSError:
        return "delete it and run again"
    return f"set aside as {aside.name}: run again, and it will be made anew"


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The traceback goes to the log file; its last line, and all that is printed, is what is wrong."""
    lines = "".join(traceback.format_exception(kind, error, trace))
    file = logging.getLogger().handlers[0]
    file.handle(logging.makeLogRecord({"msg": f"failed\n{lines}", "levelno": logging.ERROR}))
    said = f"{kind.__name__}: {error}"
    if issubclass(kind, KeyboardInterrupt):
        said = "interrupted; the same command goes on from here"
    if isinstance(error, DamagedFile):
        said += f"; {_set_aside(error.path)}"
    logging.error("%s", said)
