"""The studies on the tiny configuration: made when asked, judged when named, rerun when something changes."""

import copy
from pathlib import Path

import pandas as pd
import yaml

from nodal.claims.lookup import measured
from nodal.workflow.settings import STUDIES
from tests.chain.workflow import ROOT, TINY, Workflow

CLAIMS = yaml.safe_load((ROOT / "claims" / "claims.yaml").read_text())


def test_studies_are_made_when_asked_and_judged_when_named(again: Workflow) -> None:
    results, folder = again.folder / "results", again.folder / "results" / "tiny" / "studies"
    assert not folder.exists()
    assert verdicts(results, STUDIES) == {"not yet run"}
    done = again.run("studies")
    assert done.returncode == 0, done.stdout + done.stderr
    tables = {}
    for name, study in STUDIES.items():
        assert (folder / f"{name}.png").stat().st_size
        assert (folder / f"{name}.pdf").stat().st_size
        for table in study.tables:
            seeds = pd.read_csv(folder / f"{table}_seeds.csv")
            assert set(seeds["seed"]) == {0}, table
            tables[table] = seeds
            assert len(pd.read_csv(folder / f"{table}.csv")) == len(seeds), table
        tables |= {table: pd.read_csv(folder / f"{table}.csv") for table in study.joint}
    densities = pd.read_csv(folder / "whole_network.csv").groupby(
        ["layers", "blocks", "budget"], dropna=False
    )
    for _, rows in densities:
        kept = rows.set_index("mask")["density_mean"].drop("unpruned", errors="ignore")
        assert kept.nunique() == 1
    heads = pd.read_csv(folder / "number_of_heads.csv", dtype={"heads": str})
    assert set(heads["heads"]) == {"1", "2", "4", "8", "16", "later", "earlier"}
    assert set(heads["labels"]) == {10, 50, 100}
    # Where nothing differs it is the run's own network, which is not trained again.
    own = again.folder / "results" / "tiny" / "seed0" / "studies"
    assert not (own / "number_of_heads" / "heads4" / "backbone.safetensors").exists()
    assert not (own / "optimizers" / "adamw_same").exists()
    rates = pd.read_csv(folder / "optimizers_rates.csv")
    best = rates.loc[rates.groupby("optimizer")["accuracy_heldout_mean"].idxmax()]
    assert (best["chosen_mean"] == 1).all()
    growing = pd.read_csv(folder / "growing_labels_seeds.csv")
    places = {("same", 10), ("same", 25), ("same", 50), ("same", 100), ("half", 100), ("twice", 100)}
    assert set(zip(growing["width"], growing["labels"], strict=True)) == places
    joint = pd.read_csv(folder / "few_labels_joint.csv")
    assert joint[["block", "seeds", "networks"]].to_numpy().tolist() == [[2, 1, 4], [1, 1, 4]]
    masked = pd.read_csv(folder / "assigned_masks.csv").set_index(["pruned", "mask"])
    for pruned in ("fc", "block", "network"):
        assert masked.loc[pruned, "density_mean"].sub(0.25).abs().max() < 0.02
    assert (
        masked.loc[("network", "a_andc"), "parameters_mean"] < masked.loc["nothing", "parameters_mean"].min()
    )
    assert set(pd.read_csv(folder / "fewest_parameters.csv")["mask"]) == {
        "a_andc", "andc", "magnitude", "unpruned",
    }  # fmt: skip
    assigned = pd.read_csv(folder / "assigned_heads.csv")
    assert assigned.groupby("sets")["factor"].apply(list).to_dict() == {
        "overlapping": [1, 1.25], "random": [1, 1.25, 1.5], "superclasses": [1, 1.25],
    }  # fmt: skip
    plain = assigned[assigned["factor"] == 1]
    assert plain["accuracy_mean"].nunique() == plain["owned_mean"].nunique() == 1  # one network
    for how in measures(*(name for name, study in STUDIES.items() if study.trains)):
        found = measured(how, tables)
        assert ("trend" in how) == (found is None), how  # two blocks are no trend
    # That they lie there changes no claim.
    assert again.planned() == set()
    assert verdicts(results, STUDIES) == {"not yet run"}

    named = copy.deepcopy(TINY) | {"studies": ["skip", "silencing"]}
    again.configure(named)
    assert again.planned() == {"claims", "provenance", "write_report"}
    assert again.run("results/claims.csv").returncode == 0
    assert "not yet run" not in verdicts(results, ["skip", "silencing"])
    assert verdicts(results, ["whole_network"]) == {"not yet run"}

    changed = copy.deepcopy(named)
    changed["runs"]["tiny"]["fc_pruning"]["retrain"]["epochs"] = 2
    again.configure(changed)
    assert {"silence_nodes", "silencing", "claims"} <= again.planned("results/claims.csv")
    assert not {"probe_skips", "skip"} & again.planned("results/claims.csv")


def measures(*studies: str) -> list[dict]:
    """What the claims ask for that these studies answer."""
    claims = [claim for claim in CLAIMS if claim.get("study") in studies]
    tests = [test for claim in claims for test in (claim, *claim.get("also", []))]
    return [test[key] for test in tests for key in ("measure", "control", "reference") if key in test]


def verdicts(results: Path, studies: object) -> set[str]:
    """Of the claims that these studies answer."""
    wanted = {claim["id"] for claim in CLAIMS if claim.get("study") in set(studies)}
    claims = pd.read_csv(results / "claims.csv")
    assert wanted <= set(claims["id"])
    return set(claims.loc[claims["id"].isin(wanted), "verdict"])
