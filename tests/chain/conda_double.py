"""A test double of `conda`: as much of it as Snakemake calls, on py-rattler and one local channel.

    python tests/chain/conda_double.py FOLDER [arguments of conda]

Whatever channels an environment file names, its packages come from FOLDER/channel.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import rattler
import yaml


async def create(folder: Path, file: Path, prefix: Path) -> None:
    """Solve for the packages of an environment file, and install them."""
    asked = yaml.safe_load(file.read_text())["dependencies"]
    found = await rattler.solve([(folder / "channel").as_uri()], asked)
    await rattler.install(found, prefix, cache_dir=folder / "cache", show_progress=False)


def main(folder: Path, arguments: list[str]) -> None:
    """Answer one command."""
    match arguments:
        case ["--version"]:
            print("conda 99.0.0")
        case ["info", "--json"]:
            print(json.dumps({"conda_prefix": str(folder), "platform": "linux-64"}))
        case ["config", "--get", "channel_priority", "--json"]:
            print(json.dumps({"get": {"channel_priority": "strict"}}))
        case ["clean", "-y", "--tarballs"]:
            pass  # of one small channel nothing needs to be cleaned
        case ["env", "create", "--quiet", "--no-default-packages", "--file", file, "--prefix", prefix]:
            asyncio.run(create(folder, Path(file), Path(prefix)))
            os._exit(0)  # threads of py-rattler may crash a Python that ends in the ordinary way
        case _:
            sys.exit(f"the test double of conda does not know {arguments}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
