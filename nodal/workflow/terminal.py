"""What one sees while the workflow runs: a line for each job that ends, and how much time is left.

A log handler in the place of Snakemake's own. On a terminal the running jobs stand below these lines, their
epochs, read off their logs, as bars; elsewhere the jobs print what they log themselves. Snakemake's full log
lies in `.snakemake/log`, that of each job where its rule says.
"""

import logging
import re
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import geometric_mean
from threading import Lock
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

EPOCH = re.compile(r"epoch (\d+)/(\d+): .* (\d+) s left")  # of nodal/training/loop.py
END = 4096  # bytes at the end of a log that are read
# What Snakemake says at every step, or what the lines here say better.
UNSAID = ("Select jobs to execute", "Execute ", "Trying to restart job", "RuleException:\nCalledProcessError")
EVENTS_UNSAID = ("job_started", "progress")


@dataclass(frozen=True)
class Job:
    """A job that runs: its rule, its name (rule and wildcards), its log, and when it began (seconds)."""

    rule: str
    name: str
    log: Path
    began: float

    def said(self) -> str:
        """The last line of its log; nothing while that is of an earlier attempt, or not there."""
        try:
            with self.log.open("rb") as log:
                if self.log.stat().st_mtime < self.began:
                    return ""
                log.seek(-min(END, self.log.stat().st_size), 2)
                return log.read().decode(errors="replace").rstrip().rpartition("\n")[2]
        except OSError:
            return ""


@dataclass
class Progress:
    """How far the workflow is.

    Attributes:
        waiting: Number of jobs that have not begun, by rule.
        running: Jobs by Snakemake's number of them.
        seconds: What the jobs that are done took, by rule.
        most: Most jobs that ran at once.
        trained: Whether a training was seen: before, what is known are the shortest jobs.
    """

    waiting: dict[str, int]
    running: dict[int, Job] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    most: int = 1
    trained: bool = False

    def begin(self, number: int, job: Job) -> None:
        """A job begins."""
        self.running[number] = job
        self.waiting[job.rule] = self.waiting.get(job.rule, 0) - 1
        self.most = max(self.most, len(self.running))

    def end(self, number: int, now: float) -> tuple[Job, float]:
        """A job is done: it, and the seconds that it took."""
        job = self.running.pop(number)
        self.seconds[job.rule].append(now - job.began)
        return job, now - job.began

    def fail(self, number: int) -> Job:
        """A job has failed, and may be tried again."""
        job = self.running.pop(number)
        self.waiting[job.rule] += 1
        return job

    @property
    def done(self) -> int:
        """Number of jobs that are done."""
        return sum(map(len, self.seconds.values()))

    @property
    def total(self) -> int:
        """Number of all jobs."""
        return self.done + len(self.running) + sum(self.waiting.values())

    def left(self, now: float) -> float | None:
        """Seconds until all is done, roughly; none while too little is known.

        A job takes what those of its rule took, a running one at least until the training in it ends; one of
        a rule of which nothing is known takes the geometric mean of those that are, as some take seconds and
        some hours.
        """
        spent = {rule: sum(took) / len(took) for rule, took in self.seconds.items()}
        for job in self.running.values():
            if epoch := EPOCH.search(job.said()):
                self.trained = True
                least = now - job.began + float(epoch[3])
                spent[job.rule] = max(spent.get(job.rule, 0), least)
        unknown = {rule for rule, count in self.waiting.items() if count} - spent.keys()
        if unknown and not self.trained:
            return None
        usual = geometric_mean([max(each, 1) for each in spent.values()]) if spent else 0
        work = sum(count * spent.get(rule, usual) for rule, count in self.waiting.items())
        work += sum(max(spent.get(job.rule, usual) - (now - job.began), 0) for job in self.running.values())
        return work / self.most

    def summary(self, now: float) -> str:
        """How much is done, and what is left."""
        left = self.left(now)
        said = f"{self.done} of {self.total} jobs"
        return said if left is None else f"{said}, about {spell(left)} left"


class Terminal(logging.Handler):
    """Says what Snakemake's records say.

    Args:
        jobs: Number of jobs to run, by rule.
        stream: Where to.
    """

    def __init__(self, jobs: Mapping[str, int], stream: TextIO) -> None:
        super().__init__()
        self.progress = Progress(dict(jobs))
        self._changing = Lock()  # a thread of its own draws
        self.console = Console(file=stream, force_terminal=stream.isatty(), highlight=False)
        self.live = Live(
            console=self.console, get_renderable=self.picture, refresh_per_second=2, transient=True
        )
        if self.console.is_terminal:
            self.live.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take in a record; what goes wrong here ends no run."""
        try:
            self._take(record)
        except Exception:
            self.handleError(record)

    def _take(self, record: logging.LogRecord) -> None:
        fields, now = vars(record), time.time()
        event, number = fields.get("event"), fields.get("jobid", fields.get("job_id", -1))
        if event == "job_info":
            name = " ".join([fields["rule_name"], *map(str, fields["wildcards"].values())])
            log = Path(next(iter(fields["log"]), ""))
            with self._changing:
                self.progress.begin(number, Job(fields["rule_name"], name, log, now))
        elif event == "job_finished" and number in self.progress.running:
            with self._changing:
                job, seconds = self.progress.end(number, now)
            self.say(f"{clock()} {job.name}: done in {spell(seconds)}; {self.progress.summary(now)}")
        elif event == "job_error" and number in self.progress.running:
            with self._changing:
                job = self.progress.fail(number)
            if self.console.is_terminal and (said := job.said()):
                self.say(said, "red")
            self.say(f"{clock()} {job.name}: failed; {job.log} says more", "red")
        elif event not in EVENTS_UNSAID and not (line := self.format(record)).startswith(UNSAID):
            self.say(line, "red" if record.levelno >= logging.ERROR else "")

    def say(self, line: str, style: str = "") -> None:
        """Print a line, above the running jobs."""
        self.console.print(line, style=style, markup=False, soft_wrap=True)

    def picture(self) -> Table:
        """The running jobs that have begun to log, and a bar for all."""
        with self._changing:
            return self._picture()

    def _picture(self) -> Table:
        table, progress = Table.grid(padding=(0, 2)), self.progress
        for job in list(progress.running.values())[: self.console.height - 2]:
            said = job.said()
            if epoch := EPOCH.search(said):
                bar = ProgressBar(int(epoch[2]), int(epoch[1]), width=20)
                table.add_row(job.name, bar, f"epoch {epoch[1]}/{epoch[2]}, {spell(float(epoch[3]))} left")
            elif said:
                table.add_row(job.name, "", spell(time.time() - job.began))
        bar = ProgressBar(progress.total, progress.done, width=20)
        table.add_row("all", bar, progress.summary(time.time()))
        return table

    def close(self) -> None:
        """Leave the lines alone on the terminal."""
        self.live.stop()
        super().close()


def take_over(logger: logging.Logger, jobs: Mapping[str, int]) -> None:
    """Put a `Terminal` in the place of Snakemake's own handler; where the user chose another, leave that."""
    for own in logger.handlers:
        if isinstance(own, logging.StreamHandler) and own.name == "DefaultStreamHandler":
            terminal = Terminal(jobs, own.stream)
            terminal.setFormatter(own.formatter)
            for kept in own.filters:
                terminal.addFilter(kept)
            logger.removeHandler(own)
            logger.addHandler(terminal)
            return


def clock() -> str:
    """The time of day, as in the logs of the jobs."""
    return time.strftime("%H:%M:%S")


def spell(seconds: float) -> str:
    """A time for people."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
