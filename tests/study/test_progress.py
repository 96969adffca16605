"""A bar where someone watches, the log elsewhere."""

import io
import logging

import pytest

from nodal.study.progress import epochs_shown
from nodal.training.loop import log


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    before = log.level, log.propagate, list(log.handlers)
    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    with caplog.at_level(logging.INFO), epochs_shown(2):
        for epoch in range(2):
            log.info("epoch %d", epoch)
    assert "2/2" in shown.getvalue()
    assert not caplog.records
    assert (log.level, log.propagate, log.handlers) == before


def test_elsewhere_the_log_says_it(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), epochs_shown(2):
        log.info("epoch 1")
    assert caplog.messages == ["epoch 1"]
    assert capsys.readouterr().err == ""
