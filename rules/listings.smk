"""Functions of the files that a user hands in: which data sets come from them, and the digests of what they hold.

REQUIRED INPUTS: the files that `datasets` names
OUTPUTS: functions only; no rule
"""

from contextlib import contextmanager

from nodal.files.images import image_files, read_bytes
from nodal.workflow.listing import listing_digest


def datasets_from(source, **settings):
    """A pattern of the data sets that come from one source, with these settings."""
    wanted = {"source": source} | settings
    return one_of([name for name, data in config["datasets"].items() if wanted.items() <= data.items()])


def listing(dataset):
    """The digest of the image folder of a data set and of the tables on its labels.

    For params: what a function of inputs raises Snakemake passes over where later results are there.
    """
    settings = config["datasets"][dataset]
    with naming(f"datasets.{dataset}.root"):
        files = image_files(Path(settings["root"]), settings["test"])
    tables = []
    for key in ("superclasses", "order"):
        if settings[key]:
            with naming(f"datasets.{dataset}.{key}"):
                tables.append(read_bytes(Path(settings[key])))
    return listing_digest(files, tables)


def text_listing(dataset):
    """The digest of all files of a data set of texts; for params, as of `listing`."""
    contents = []
    for key in ("train", "heldout", "test", "superclasses", "order", "tokens"):
        value = config["datasets"][dataset].get(key)  # that of languages has no files
        if isinstance(value, str) and value not in ("wordpiece", "characters"):
            with naming(f"datasets.{dataset}.{key}"):
                contents.append(read_bytes(Path(value)))
    return listing_digest({}, contents)


@contextmanager
def naming(key):
    """End with one line, that begins with the key at fault; any other exception Snakemake wraps in a traceback."""
    try:
        yield
    except ValueError as error:
        raise SystemExit(f"{key}: {error}") from None
