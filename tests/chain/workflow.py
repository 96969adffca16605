"""Running the workflow in a copy of the repository, for the tests that need it whole."""

import copy
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TINY = yaml.safe_load((ROOT / "tests" / "tiny.yaml").read_text())
PARTS = ("Snakefile", "rules", "workflow", "nodal", "config", "profiles", "envs", "report", "claims")


class Workflow:
    """A copy of the workflow in a folder of its own, with a configuration that replaces the default one."""

    def __init__(self, folder: Path, config: dict) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            source = ROOT / part
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / part)
        self.configure(config)

    def configure(self, config: dict) -> None:
        """Write the configuration."""
        (self.folder / "config" / "config.yaml").write_text(yaml.safe_dump(config))

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace text in a file, which must be there."""
        text = (self.folder / path).read_text()
        assert old in text, f"{path} does not hold {old!r}"
        (self.folder / path).write_text(text.replace(old, new))

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run snakemake to its end, with some variables of the environment set."""
        return subprocess.run(
            self._command(*arguments),
            cwd=self.folder,
            env=os.environ | environment,
            text=True,
            capture_output=True,
            timeout=900,
            check=False,
        )

    def planned(self, *targets: str) -> set[str]:
        """Names of the rules that would run, without `all`."""
        done = self.run("-n", *targets)
        assert done.returncode == 0, done.stdout + done.stderr
        return set(re.findall(r"^(?:local)?rule (\w+):$", done.stdout + done.stderr, re.M)) - {"all"}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start snakemake in a session of its own, and return while it runs."""
        return subprocess.Popen(
            self._command(*arguments),
            cwd=self.folder,
            text=True,
            stdout=(self.folder / "started.log").open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # A shell that starts the tests in the background has SIGINT ignored, which is inherited.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def start_until(self, appears: str, *arguments: str) -> subprocess.Popen[str]:
        """Start snakemake, and return while it runs, once a file that matches exists."""
        process = self.start(*arguments)
        deadline = time.monotonic() + 240
        while not list(self.folder.glob(appears)):
            assert process.poll() is None, (self.folder / "started.log").read_text()
            assert time.monotonic() < deadline, f"{appears} did not appear"
            time.sleep(0.02)
        return process

    def end_when(self, appears: str, by: signal.Signals, *arguments: str) -> None:
        """Start snakemake and send it and all its jobs a signal once a file that matches exists."""
        process = self.start_until(appears, *arguments)
        os.killpg(process.pid, by)
        process.wait(120)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]


def edited(change: Callable[[dict], object]) -> Callable[[Workflow], None]:
    """A change of the tiny configuration as an edit of the workflow."""

    def edit(workflow: Workflow) -> None:
        config = copy.deepcopy(TINY)
        change(config)
        workflow.configure(config)

    return edit


def set_value(config: dict, *path: str, to: object) -> None:
    """Change a value deep in a configuration."""
    for key in path[:-1]:
        config = config[key]
    config[path[-1]] = to
