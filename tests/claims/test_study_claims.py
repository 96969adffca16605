"""The claims that studies answer read the tables of those studies, and say so."""

from pathlib import Path

import pytest
import yaml

from nodal.claims.lookup import _names
from nodal.workflow.settings import STUDIES

CLAIMS = yaml.safe_load((Path(__file__).parents[2] / "claims" / "claims.yaml").read_text())
OF_STUDIES = [claim for claim in CLAIMS if "study" in claim]


def test_every_study_answers_a_claim() -> None:
    assert {claim["study"] for claim in OF_STUDIES} == STUDIES.keys()
    for name, study in STUDIES.items():
        assert study.tables[0] == name


@pytest.mark.parametrize("claim", OF_STUDIES, ids=lambda claim: claim["id"])
def test_a_claim_reads_the_tables_of_its_study(claim: dict) -> None:
    study = claim["study"]
    own = STUDIES[study].tables + STUDIES[study].joint
    measures = [
        test[key]
        for test in (claim, *claim.get("also", []))
        for key in ("measure", "control", "reference")
        if key in test
    ]
    assert {name.partition(".")[0] for how in measures for name in _names(how)} <= set(own)
