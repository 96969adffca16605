"""What an image folder is to a job: a digest of which images lie there, and of the tables beside them."""

import hashlib
import itertools
import os
from collections.abc import Iterable

from nodal.files.images import ImageFiles


def listing_digest(files: ImageFiles, tables: Iterable[bytes] = ()) -> str:
    """A digest of an image folder: changes where images come, go or change, or a table beside them does.

    Images count by name, size and second of last change: to read them all would take minutes, and images
    without compression have one size. A copy that keeps times is the same; one that does not is another.

    Args:
        files: What `nodal.files.images` lists.
        tables: The content of files on the labels.
    """
    content = hashlib.sha256()
    for labels in files.values():
        for file in itertools.chain.from_iterable(labels.values()):
            content.update(os.fsencode(f"{file.name}\0{file.size}\0{file.changed}\0"))
    for table in tables:
        content.update(hashlib.sha256(table).digest())
    return content.hexdigest()[:16]
