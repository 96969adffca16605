"""How far the training of probes is: a bar where someone watches, else the log of `nodal.training.loop`."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm.auto import tqdm

from nodal.training.loop import log


class _Steps(logging.Handler):
    """Moves a bar on by each record, one an epoch."""

    def __init__(self, bar: "tqdm[Any]") -> None:
        super().__init__()
        self.bar = bar

    def emit(self, record: logging.LogRecord) -> None:
        self.bar.update()


@contextmanager
def epochs_shown(epochs: int) -> Iterator[None]:
    """Show the epochs of a training within as a bar, in a terminal or a notebook."""
    with tqdm(total=epochs, desc="probes", unit="epoch", disable=None) as bar:
        if bar.disable:
            yield
            return
        before, handler = (log.level, log.propagate), _Steps(bar)
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False  # the bar says it
        try:
            yield
        finally:
            log.removeHandler(handler)
            log.setLevel(before[0])
            log.propagate = before[1]
