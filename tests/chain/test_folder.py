"""Image folders in the workflow: what makes the images be read again, what does not, what stops at once."""

import copy
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.chain.workflow import TINY, Workflow
from tests.data.folders import put

DATA = "results/data/tiny.safetensors"
SETTINGS = {
    "source": "folder",
    "root": "photos",
    "size": 16,
    "superclasses": "groups.csv",
    "order": "order.txt",
}


def configured(**changes: str) -> dict:
    """The tiny configuration with images from a folder."""
    config = copy.deepcopy(TINY)
    config["datasets"]["tiny"] = SETTINGS | changes
    return config


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """A workflow that has read its images; the folder of the label dog is a link."""
    workflow = Workflow(tmp_path_factory.mktemp("folder") / "w", configured())
    rng = np.random.default_rng(0)
    for split, count in (("train", 6), ("test", 2)):
        for label in ("cat", "dog"):
            for number in range(count):
                noise = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
                put(workflow.folder / "photos" / split / label / f"{number}.png", noise)
    (workflow.folder / "photos" / "train" / "dog").rename(workflow.folder / "dogs")
    (workflow.folder / "photos" / "train" / "dog").symlink_to(workflow.folder / "dogs")
    (workflow.folder / "groups.csv").write_text("cat,a\ndog,b\n")
    (workflow.folder / "order.txt").write_text("dog\ncat\n")
    done = workflow.run(DATA)
    assert done.returncode == 0, done.stdout + done.stderr
    return workflow


@pytest.fixture
def workflow(read: Workflow, tmp_path: Path) -> Workflow:
    """A copy of it, to be changed."""
    shutil.copytree(read.folder, tmp_path / "w", symlinks=True)
    link = tmp_path / "w" / "photos" / "train" / "dog"
    link.unlink()
    link.symlink_to(tmp_path / "w" / "dogs")
    changed = copy.copy(read)
    changed.folder = tmp_path / "w"
    return changed


def of_systems(folder: Path) -> None:
    for where in (".", "photos", "photos/train", "photos/train/cat"):
        for name in (".DS_Store", "Thumbs.db"):
            (folder / where / name).write_bytes(b"any")


def other_image(folder: Path) -> None:
    path = folder / "photos" / "test" / "cat" / "0.png"
    path.write_bytes(bytes(len(path.read_bytes())))
    os.utime(path, (0, 0))


CHANGES = {
    "nothing": (lambda folder: None, False),
    "files of systems come": (of_systems, False),
    "tables are touched": (
        lambda folder: [(folder / name).touch() for name in ("groups.csv", "order.txt")],
        False,
    ),
    "an image goes behind a link": (lambda folder: (folder / "dogs" / "3.png").unlink(), True),
    "an image of the same size comes": (other_image, True),
    "the order changes": (lambda folder: (folder / "order.txt").write_text("cat\ndog\n"), True),
    "the groups change": (lambda folder: (folder / "groups.csv").write_text("cat,b\ndog,a\n"), True),
}


@pytest.mark.parametrize(("change", "reads"), CHANGES.values(), ids=CHANGES)
def test_what_makes_the_images_be_read_again(
    workflow: Workflow, change: Callable[[Path], object], reads: bool
) -> None:
    change(workflow.folder)
    assert workflow.planned(DATA) == ({"read_folder"} if reads else set())


@pytest.mark.parametrize(
    ("key", "said"),
    [("root", "nowhere cannot be listed (No such file or directory)"),
     ("order", "nowhere cannot be read (No such file or directory)"),
     ("superclasses", "nowhere cannot be read (No such file or directory)")],
)  # fmt: skip
def test_what_is_not_there_is_named_even_where_results_are(workflow: Workflow, key: str, said: str) -> None:
    """Where a result on the way is there, Snakemake would pass over what a function of inputs raises."""
    later = workflow.folder / "results" / "tiny" / "seed0" / "snp" / "blocks" / "block1.parquet"
    later.parent.mkdir(parents=True)
    later.touch()
    workflow.configure(configured(**{key: "nowhere"}))
    done = workflow.run("-n", "results/tiny/seed0/clusters/blocks/block1.parquet")
    assert done.returncode == 1
    lines = (done.stdout + done.stderr).splitlines()
    assert [line for line in lines if "datasets." in line] == [f"datasets.tiny.{key}: {said}"]
    assert not [line for line in lines if "Traceback" in line or ".smk" in line]


def test_the_folder_of_a_run_that_is_not_asked_for_may_be_away(workflow: Workflow) -> None:
    config = configured()
    config["datasets"]["other"] = SETTINGS | {"root": "nowhere"}
    config["runs"]["other"] = config["runs"]["tiny"] | {"dataset": "other"}
    workflow.configure(config)
    assert workflow.planned(DATA) == set()
    done = workflow.run("-n", "results/data/other.safetensors")
    assert done.returncode != 0
    assert "datasets.other.root: nowhere cannot be listed" in done.stdout + done.stderr
