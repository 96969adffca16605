"""Decoded images in a file: more than memory holds, and those that a call left behind when it was ended."""

import hashlib
import json
import logging
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nodal.files.atomic import replacing

log = logging.getLogger(__name__)


class Decoded:
    """Room for the images of a list of files, of which the first ones may be there.

    Beside `path`, in `{path}.json`, stands how many are there, and what these files were: an image is decoded
    again behind the first file that is another one now, has another size, or was written since.

    Attributes:
        images: uint8 [N, 3, size, size], mapped from the file.
        done: How many images are there.
        remarked: The numbers of the images of which something is to be said, by what it is.
    """

    def __init__(self, path: Path, files: Sequence[Path], size: int) -> None:
        """Open the file, or make it."""
        self._files, self._progress = files, path.with_suffix(".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        there = path.exists() and self._progress.exists()
        path.touch()
        shape = (len(files), 3, size, size)
        os.truncate(path, math.prod(shape))
        self.images: np.memmap[Any, Any] = np.memmap(path, np.uint8, "r+", 0, shape)
        self.done, self.remarked = 0, dict[str, list[int]]()
        self._seen = hashlib.sha256()
        if there:
            said = json.loads(self._progress.read_text("utf-8"))
            self._see(said["done"])
            if said["files"] == self._seen.hexdigest():
                self.remarked = said["remarked"]
                log.info("%d of %d images were decoded before", self.done, len(files))
            else:
                self.done, self._seen = 0, hashlib.sha256()

    def keep(self, done: int) -> None:
        """Note that so many images are there, after they are on the disk."""
        self.images.flush()
        self._see(done)
        said = {"done": done, "files": self._seen.hexdigest(), "remarked": self.remarked}
        with replacing(self._progress) as temporary:
            temporary.write_text(json.dumps(said), "utf-8")

    def _see(self, done: int) -> None:
        for file in self._files[self.done : done]:
            about = file.stat()
            self._seen.update(f"{file}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
        self.done = done
