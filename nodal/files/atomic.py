"""Writing files so that no reader ever meets half of one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DamagedFile(ValueError):
    """A file of ours that is not what was written.

    Attributes:
        path: The file.
    """

    def __init__(self, path: str | Path, reason: str) -> None:
        super().__init__(f"{path} is damaged ({' '.join(reason.split())})")
        self.path = Path(path)


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, renamed onto it when the block ends well, else removed.

    The file gets the permissions that the umask says, whatever the library that writes it would give.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        temporary.touch()
        allowed = temporary.stat().st_mode
        yield temporary
        temporary.chmod(allowed)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
