"""What is said while the workflow runs: a line for each job that ends, bars of epochs, the time left."""

import io
import logging
import os
import threading
import time
from pathlib import Path

import pytest
from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter

from nodal.data.dataset import Dataset
from nodal.training.pretraining import pretrain
from nodal.workflow.terminal import EPOCH, Job, Progress, Terminal, spell, take_over
from tests.conftest import RECIPE, small_cct


class Screen(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def record(
    event: str | None, message: str = "", level: int = logging.INFO, **fields: object
) -> logging.LogRecord:
    return logging.makeLogRecord({"event": event, "msg": message, "levelno": level, **fields})


def info(number: int, rule: str, log: Path, **wildcards: str) -> logging.LogRecord:
    return record("job_info", jobid=number, rule_name=rule, wildcards=wildcards, log=[str(log)])


def job(rule: str, began: float, log: Path = Path("none.log")) -> Job:
    return Job(rule, rule, log, began)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "pretrain.log"
    path.write_text(
        "20:31:02 pretrain: start-up\n20:31:09 pretrain: epoch 3/12: loss 1.2, 80 images/s, 45 s left\n"
    )
    return path


def test_the_line_of_an_epoch_is_the_one_that_training_logs(
    data: Dataset, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        pretrain(small_cct(), data, "image", RECIPE, seed=0)
    found = [EPOCH.search(message) for message in caplog.messages if message.startswith("epoch")]
    assert [(each[1], each[2]) for each in found if each] == [(str(epoch), "4") for epoch in range(1, 5)]


def test_what_is_left_by_hand(log: Path) -> None:
    progress = Progress({"draw": 2, "pretrain": 3, "table": 1})
    progress.begin(1, job("draw", 0))
    progress.begin(2, job("draw", 0))
    assert progress.end(1, 10)[1] == 10
    assert progress.end(2, 20)[1] == 20
    assert (progress.done, progress.total) == (2, 6)
    assert progress.left(20) is None  # a table may take hours
    began = time.time()
    os.utime(log, (began + 15, began + 15))
    progress.begin(3, job("pretrain", began, log))
    # A training of 15 s and 45 s more, two like it, and a table that takes sqrt(15 * 60) s; two at once.
    assert progress.left(began + 15) == pytest.approx((45 + 2 * 60 + 30) / 2)
    progress.end(3, began + 135)
    assert progress.left(began + 135) == pytest.approx((2 * 135 + 45) / 2)


def test_a_failed_job_waits_again() -> None:
    progress = Progress({"draw": 2})
    progress.begin(1, job("draw", 0))
    assert progress.fail(1).rule == "draw"
    assert (progress.done, progress.total, progress.waiting) == (0, 2, {"draw": 2})


def test_the_picture_is_drawn_while_jobs_begin_and_end(log: Path) -> None:
    terminal, stop, wrong = Terminal({"pretrain": 400}, Screen(False)), threading.Event(), []

    def draw() -> None:
        while not stop.is_set():
            try:
                terminal.picture()
            except RuntimeError as error:  # a dictionary that changes while it is read
                wrong.append(error)

    thread = threading.Thread(target=draw)
    thread.start()
    for number in range(400):
        terminal.handle(info(number, "pretrain", log))
        if number >= 20:
            terminal.handle(record("job_finished", job_id=number - 20))
    stop.set()
    thread.join()
    assert wrong == []


def test_a_log_of_an_earlier_attempt_says_nothing(log: Path) -> None:
    assert job("pretrain", time.time() + 60, log).said() == ""
    assert job("pretrain", 0, log).said().endswith("45 s left")
    assert job("pretrain", 0, log.parent / "none").said() == ""


def said(terminal: bool, *records: logging.LogRecord) -> str:
    """What a handler in the place of Snakemake's prints of these records."""
    logger, screen = logging.Logger("test"), Screen(terminal)
    own = ColorizingTextHandler(
        nocolor=True,
        stream=screen,
        formatter=DefaultFormatter(),
        filter=DefaultFilter(None, False, False, False, False),
    )
    own.name = "DefaultStreamHandler"
    logger.addHandler(own)
    take_over(logger, {"pretrain": 2})
    for each in records:
        logger.handle(each)
    [handler] = logger.handlers
    handler.close()
    return screen.getvalue()


def test_a_job_is_one_line(log: Path) -> None:
    printed = said(
        False,
        record(None, "Select jobs to execute..."),
        info(4, "pretrain", log, run="mine", seed="0"),
        record("shellcmd", "cp a b"),
        record("job_finished", "Finished jobid: 4", job_id=4),
        record("progress", done=1, total=2),
        record(None, "Complete log(s): here"),
    )
    first, last = printed.splitlines()
    assert first.endswith("pretrain mine 0: done in 0 s; 1 of 2 jobs, about 0 s left")
    assert last == "Complete log(s): here"


def test_a_failed_job_is_said_with_its_log(log: Path) -> None:
    failed = record("job_error", level=logging.ERROR, jobid=4)
    assert said(False, info(4, "pretrain", log), failed).endswith(f"pretrain: failed; {log} says more\n")
    os.utime(log, (time.time() + 5, time.time() + 5))
    # There a job itself prints nothing.
    assert "45 s left" in said(True, info(4, "pretrain", log), failed)


def test_running_jobs_are_bars(log: Path) -> None:
    screen = Screen(True)
    terminal = Terminal({"pretrain": 2}, screen)
    terminal.handle(info(4, "pretrain", log, run="mine", seed="0"))
    os.utime(log, (time.time() + 5, time.time() + 5))
    terminal.console.print(terminal.picture())
    terminal.close()
    shown = screen.getvalue()
    assert "pretrain mine 0" in shown
    assert "━" in shown
    assert "epoch 3/12, 45 s left" in shown
    assert "0 of 2 jobs" in shown


def test_another_handler_is_left_alone() -> None:
    logger = logging.Logger("test")
    logger.addHandler(mine := logging.StreamHandler())
    take_over(logger, {})
    assert logger.handlers == [mine]


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (99, "99 s"), (300, "5 min"), (9000, "2.5 h")])
def test_times_for_people(seconds: float, text: str) -> None:
    assert spell(seconds) == text
