"""One cluster for all tests of this folder; without the means for one they are skipped, and say so."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chain.slurm.cluster import TOOLS, Cluster, available


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Two idle nodes."""
    if not available():
        pytest.skip(
            f"a cluster needs root, {', '.join(TOOLS)}, and no /etc/slurm/slurm.conf of somebody's own"
        )
    # Not pytest's own folder: a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="slurm") as folder:
        started = Cluster(Path(folder) / "c")
        try:
            started.start()
            yield started
        finally:
            started.stop()
