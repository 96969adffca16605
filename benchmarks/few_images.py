"""A small data set out of a large one: the first images of every label, in the same folders.

    python -m benchmarks.few_images SOURCE DEST train=10 test=5

SOURCE holds `{split}/{label}/*`; a file `labels.json` beside the splits is taken along.
"""

import argparse
import shutil
from pathlib import Path


def take(source: Path, dest: Path, counts: dict[str, int]) -> None:
    """Copy so many images of every label in each of the named splits."""
    for split, count in counts.items():
        for label in sorted((source / split).iterdir()):
            (dest / split / label.name).mkdir(parents=True, exist_ok=True)
            for image in sorted(label.iterdir())[:count]:
                shutil.copy(image, dest / split / label.name)
    if (source / "labels.json").exists():
        shutil.copy(source / "labels.json", dest)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("dest", type=Path)
    parser.add_argument("counts", nargs="+", metavar="SPLIT=COUNT")
    options = parser.parse_args()
    counts = {split: int(count) for split, count in (each.split("=") for each in options.counts)}
    take(options.source, options.dest, counts)


if __name__ == "__main__":
    main()
