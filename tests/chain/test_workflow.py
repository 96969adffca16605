"""The whole workflow on the tiny configuration: what it makes, and what it makes again."""

import copy
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from nodal.architectures.cct import POINTS
from nodal.files.accuracy import accuracy, read_accuracy
from nodal.files.snp import read_snp
from nodal.pruning.layer_masks import MASKS
from tests.chain.workflow import TINY, Workflow, edited, set_value

SETS = ("blocks", "layers", "heads", "layers_also")
PROBES = {"probe", "evidence", *(f"snp_tiny_{each}" for each in SETS)}
# Masks of the other pruned block are of training images: they need no clusters.
CLUSTERS = {f"clusters_tiny_{each}" for each in SETS if each != "layers_also"}
ROTATIONS = {"privilege", *(f"rotate_tiny_{each}" for each in SETS)}
END = {"claims", "provenance", "write_report"}
AFTER_HEADS = {
    "specialise", "table4", "table5", "ownership", "fig7", "fig8", "fig9", "attention_fields", "fig11",
    "measures", "paper_figure", "paper_table",
} | END  # fmt: skip
# Those that make label sets themselves: of training images.
MASKED = {"prune_fc", "fc_curve", "curve"}
AFTER_CLUSTERS = AFTER_HEADS | MASKED | {
    "masks", "retrain", "table3_also", "pruning", "table1", "table2", "table3", "table3_pruning", "sweep",
    "fig2", "fig3", "fig4", "fig5", "fig6", "fig10", "headline", "compare", "unified", "intervals",
}  # fmt: skip


def test_tables_hold_measured_and_control_columns(finished: Workflow) -> None:
    tables = {path.stem: pd.read_csv(path) for path in (finished.folder / "results").glob("*.csv")}
    assert set(tables) == {
        "table1",
        "table2",
        "table3",
        "table3_pruning",
        "table4",
        "table4_random",
        "table5",
        "measures",
        "measures_seeds",
        "claims",
        "compare",
        "unified",
        "unified_seeds",
        "ownership",
        "ownership_seeds",
    }
    # Those of the paper are those of the runs that it names; basis privilege is no table of the paper.
    of_run = {path.stem: path for path in (finished.folder / "results" / "tiny").glob("*.csv")}
    printed = {name for name in tables if name.startswith("table")}
    with_seeds = {f"{name}_seeds" for name in printed - {"table4_random"} | {"table3_also", "importance"}}
    assert set(of_run) == printed | with_seeds | {"privilege", "importance", "table3_also", "intervals"}
    for name in with_seeds:
        assert set(pd.read_csv(of_run[name])["seed"]) == {0}, name
    for name in printed:
        copy = finished.folder / "results" / of_run[name].name
        assert of_run[name].read_bytes() == copy.read_bytes(), name
    privilege = pd.read_csv(of_run["privilege"])
    assert set(privilege["network"]) == {"trained", "untrained", "rotated_probe"}
    last = privilege["block"] == 2
    probed = privilege["privilege_probe_mean"].notna()
    assert (probed == (last & (privilege["network"] == "trained"))).all()
    assert tables["compare"][["run", "block", "relative_depth"]].to_numpy().tolist() == [
        ["tiny", 1, 0.5],
        ["tiny", 2, 1.0],
    ]
    assert {
        "diagonal_mean",
        "diagonal_sd",
        "diagonal_paper",
        "diagonal_heldout_mean",
        "diagonal_shuffled_mean",
        "diagonal_untrained_mean",
        "diagonal_rotated_mean",
    } <= set(tables["table1"])
    for pruning in (tables["table3_pruning"], pd.read_csv(of_run["table3_also"])):
        block = pruning[pruning["pruned"] == "block"]
        assert tuple(block["mask"]) == MASKS
        density = block.set_index("mask")["density_mean"]
        assert {density[mask] for mask in MASKS[1:-2]} == {density["andc"]}
        assert (density["zeroed"], density["unpruned"]) == (0, 1)
    pruning = tables["table3_pruning"]
    leaked = {"andc_test": "retrained_mean", "andc_heldout": "retrained_heldout_mean"}
    for mask, column in leaked.items():
        assert pruning.loc[pruning["mask"] == mask, column].isna().all()
        assert pruning[column].notna().sum() > pruning[column].isna().sum()
    matters = pd.read_csv(of_run["importance"])
    assert matters["part"].value_counts().to_dict() == {"block": 2, "branch": 4, "layer": 8, "head": 8}
    assert len(tables["table3"]) == 8
    assert {"labels_null_mean", "p_value", "own_accuracy_mean"} <= set(tables["table4"])
    assert {"owned_mean", "owned_strictly_mean", "surviving_mean", "q_value"} <= set(tables["ownership"])


def test_a_network_near_chance_passes_nothing_but_identities(finished: Workflow) -> None:
    claims = pd.read_csv(finished.folder / "results/claims.csv")
    assert "near chance" in claims.set_index("id")["note"]["N3.chance"]
    passed = set(claims.loc[claims["verdict"].isin(["reproduced", "partly", "answered"]), "id"])
    assert passed == set()
    assert set(claims.loc[claims["verdict"] == "identity", "kind"]) == {"identity"}


def test_snp_file_is_readable_without_our_code(finished: Workflow) -> None:
    table = pq.read_table(finished.folder / "results/tiny/seed0/snp/blocks/block2.parquet")
    assert table.schema.field("node").type == "int32"
    assert table.column("matrix").combine_chunks().to_numpy_ndarray().shape == (16, 100, 100)
    origin = {b"run", b"seed", b"code", b"settings", b"versions"}
    assert origin | {b"set", b"tap", b"split", b"labels"} <= set(table.schema.metadata)


def test_the_basis_privilege_of_every_tap_has_a_target_of_its_own(again: Workflow) -> None:
    assert not (again.folder / "results/tiny/seed0/rotated/every.parquet").exists()
    done = again.run("results/tiny/privilege_every.csv", "results/privilege.csv")
    assert done.returncode == 0, done.stdout + done.stderr
    every = pd.read_csv(again.folder / "results/tiny/privilege_every.csv")
    taps = {f"{kind}{block}" for kind in POINTS for block in (1, 2)}
    places = list(zip(every["set"], every["tap"], every["network"], strict=True))
    assert len(places) == len(set(places))
    networks = {tap: {"trained", "untrained"} | ({"rotated_probe"} if "2" in tap else set()) for tap in taps}
    assert set(places) == {("every", tap, network) for tap in taps for network in networks[tap]}
    runs = pd.read_csv(again.folder / "results/privilege.csv")
    assert set(runs["set"]) == {"blocks", "layers", "layers_also", "heads"}
    table1 = pd.read_csv(again.folder / "results/table1.csv").set_index(["threshold", "block"])
    block2 = runs[(runs["set"] == "blocks") & (runs["tap"] == "block2") & (runs["threshold"] == 0.3)]
    for network, name in (("trained", "accuracy"), ("untrained", "accuracy_untrained")):
        (found,) = block2.loc[block2["network"] == network, "accuracy_mean"]
        assert found == table1.loc[(0.3, 2), f"{name}_mean"]
    (found,) = block2.loc[block2["network"] == "rotated_probe", "accuracy_mean"]
    counts = read_accuracy(again.folder / "results/tiny/seed0/accuracy/blocks.parquet")
    assert found == pytest.approx(accuracy(counts, tap="block2-rotated", split="test", head=0))


def test_shards_of_the_data_add_up_to_one_jobs_matrices(again: Workflow, tmp_path: Path) -> None:
    one, three = tmp_path / "one", again.folder / "results/tiny/seed0"
    shutil.copytree(three, one)
    done = again.run("--set-scatter", "shards=3", "--", "results/tiny/table1_seeds.csv", "results/table4.csv")
    assert done.returncode == 0, done.stdout + done.stderr
    logs = again.folder / "results/logs/tiny/seed0/sums"
    assert {path.relative_to(logs).as_posix() for path in logs.rglob("*.log")} == {
        f"{probe}/{number}-of-3.log" for probe in ("blocks", "heads") for number in (1, 2, 3)
    }
    assert not list((three / "sums").rglob("*.safetensors"))
    for name in ("blocks", "blocks-untrained", "heads", "heads-groups"):
        counts = (read_accuracy(seed / "accuracy" / f"{name}.parquet") for seed in (one, three))
        pd.testing.assert_frame_equal(*counts)
    files = sorted(
        path.relative_to(one) for kind in ("blocks*", "heads*") for path in one.glob(f"snp/{kind}/*")
    )
    assert len(files) == 2 * (2 * 4 + 1)  # each of two sets has two taps, and a probe in a random basis
    for file in files:
        assert (one / file).stat().st_mtime < (three / file).stat().st_mtime
        (own, about), (added, same) = (read_snp(seed / file) for seed in (one, three))
        np.testing.assert_allclose(added.pooled_mean, own.pooled_mean, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(added.weight, own.weight)
        assert about == same


def test_nothing_is_left_behind(finished: Workflow) -> None:
    results = finished.folder / "results"
    assert not list(results.rglob("*.part"))
    assert not [path for path in (results / ".state").rglob("*") if path.is_file()]


def test_two_runs_give_the_same_bytes(finished: Workflow, tmp_path: Path) -> None:
    other = Workflow(tmp_path / "w", TINY)
    tables = sorted((finished.folder / "results").glob("*.csv"))
    assert other.run(*(f"results/{path.name}" for path in tables)).returncode == 0
    for path in tables:
        assert path.read_bytes() == (other.folder / "results" / path.name).read_bytes(), path.name


def test_the_users_environment_changes_no_byte(again: Workflow, tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 20\naxes.facecolor: red\nsavefig.dpi: 30\n")
    for name in ("nodal.py", "job.py", "startup.py"):
        (tmp_path / name).write_text("raise SystemExit('another one')")
    results = again.folder / "results"
    made = [*results.glob("*.csv"), *results.rglob("*.png"), *results.rglob("fig*.pdf")]
    before = {path: path.read_bytes() for path in made}
    for path in made:
        path.unlink()
    done = again.run(
        MPLBACKEND="module://matplotlib_inline.backend_inline",
        MATPLOTLIBRC=str(tmp_path / "matplotlibrc"),
        LC_ALL="C",
        TZ="Asia/Kathmandu",
        OMP_NUM_THREADS="3",
        PYTHONHASHSEED="7",
        PYTHONPATH=str(tmp_path),
        PYTHONSTARTUP=str(tmp_path / "startup.py"),
        PYTHONSAFEPATH="1",
        PYTHONOPTIMIZE="2",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path.name for path, content in before.items() if path.read_bytes() != content] == []


def touch_sources(workflow: Workflow) -> None:
    for folder in ("nodal", "rules", "workflow", "config"):
        for path in (workflow.folder / folder).rglob("*"):
            path.touch()


def lose(workflow: Workflow, *paths: str) -> None:
    for path in paths:
        (workflow.folder / "results" / path).unlink()


EDITS = {
    "touch": (touch_sources, set()),
    "comment": (
        lambda w: w.edit("nodal/snp/clusters.py", "inside = numbers >= 0", "inside = numbers >= 0  # why"),
        set(),
    ),
    "docstring": (
        lambda w: w.edit("nodal/snp/clusters.py", "Clusters of labels in", "Groups of labels in"),
        set(),
    ),
    "clusters' code": (
        lambda w: w.edit("nodal/snp/clusters.py", "values > cuts.min()", "cuts.min() < values"),
        CLUSTERS | ROTATIONS | AFTER_CLUSTERS,
    ),
    "a table's code": (
        lambda w: w.edit("workflow/scripts/table2.py", "seeds = snr_by_block", "each = snr_by_block"),
        {"table2", "paper_table", "headline", "compare"} | END,
    ),
    "null draws": (
        edited(lambda c: set_value(c, "runs", "tiny", "specialisation", "draws", to=200)),
        AFTER_HEADS | {"fig10"},
    ),
    "one probe's epochs": (
        edited(lambda c: set_value(c, "runs", "tiny", "probes", "heads", "epochs", to=3)),
        {"probe", "snp_tiny_heads", "clusters_tiny_heads", "rotate_tiny_heads", "privilege", "fig10"}
        | AFTER_HEADS,
    ),
    "thresholds": (
        edited(lambda c: set_value(c, "runs", "tiny", "probes", "blocks", "thresholds", to=[0.3, 0.5])),
        {"clusters_tiny_blocks", "table1", "table2", "fig2", "fig3", "fig4"}
        | {
            "measures",
            "paper_figure",
            "paper_table",
            "compare",
            "intervals",
            "rotate_tiny_blocks",
            "privilege",
            "headline",
            "unified",
        }
        | END,
    ),
    "pretraining": (
        edited(lambda c: set_value(c, "runs", "tiny", "pretrain", "lr", to=1e-3)),
        {"pretrain", "zero_parts", "importance"} | PROBES | CLUSTERS | ROTATIONS | AFTER_CLUSTERS,
    ),
    # Both say the whole configuration.
    "another data set": (
        edited(lambda c: c["datasets"].update(other={"source": "glyphs"})),
        {"provenance", "write_report"},
    ),
    "a lost intermediate, whose tables are there": (
        lambda w: lose(w, "tiny/seed0/heads/null.parquet"),
        set(),
    ),
    "a lost intermediate that a lost table needs": (
        lambda w: lose(w, "tiny/seed0/heads/null.parquet", "tiny/table4.csv"),
        AFTER_HEADS,
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_reruns_exactly(again: Workflow, name: str) -> None:
    edit, expected = EDITS[name]
    edit(again)
    assert again.planned() == expected


def test_swapped_values_are_seen(again: Workflow) -> None:
    """Snakemake compares params as a set of values, in which a swap would be lost."""
    config = copy.deepcopy(TINY)
    recipe = config["runs"]["tiny"]["pretrain"]
    recipe["lr"], recipe["weight_decay"] = recipe["weight_decay"], recipe["lr"]
    again.configure(config)
    assert "pretrain" in again.planned()
