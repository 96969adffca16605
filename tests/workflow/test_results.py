"""Tables and figures of a run follow from its stages."""

from itertools import combinations

import pytest

from nodal.workflow.results import left_out, made
from nodal.workflow.settings import checked
from tests.chain.workflow import TINY

STAGES = ("pruning", "fc_pruning", "specialisation", "figures")
TABLES = ["1", "2", "3", "3_pruning", "4", "4_random", "5"]


def having(*stages: str) -> dict[str, dict[str, str]]:
    """A run with these stages."""
    return {stage: {} for stage in stages}


@pytest.mark.parametrize(
    ("stages", "tables", "figures"),
    [
        ((), [], []),
        (("fc_pruning",), ["1", "2", "3_pruning"], []),
        (("pruning",), ["3"], []),
        (("specialisation",), ["4", "4_random", "5"], []),
        (("figures",), [], ["2", "3", "4", "5"]),
        (("pruning", "fc_pruning"), ["1", "2", "3", "3_pruning"], []),
        (("pruning", "figures"), ["3"], ["2", "3", "4", "5", "6"]),
        (("specialisation", "figures"), ["4", "4_random", "5"], ["2", "3", "4", "5", "7", "8", "9", "10"]),
        (STAGES, TABLES, [str(number) for number in range(2, 12)]),
    ],
)
def test_what_is_made_of_some_stages(stages: tuple[str, ...], tables: list[str], figures: list[str]) -> None:
    run = having(*stages)
    assert made(run, "table") == tables
    assert made(run, "fig") == figures


def test_what_is_left_out_and_what_is_made_is_everything() -> None:
    everything = {f"table{number}" for number in TABLES} | {f"fig{number}" for number in range(2, 12)}
    for count in range(5):
        for stages in combinations(STAGES, count):
            run = having(*stages)
            here = [f"{kind}{number}" for kind in ("table", "fig") for number in made(run, kind)]
            lacking = [
                name
                for line in left_out("a", run, unified=True)
                for name in line.partition(" no ")[2].split(", ")
            ]
            assert sorted(here + lacking) == sorted(everything)


def test_each_set_of_missing_stages_is_a_line() -> None:
    assert left_out("mine", having("fc_pruning", "specialisation", "figures"), unified=True) == [
        "run mine: without pruning no table3, fig6, fig11"
    ]
    assert left_out("mine", having("fc_pruning", "figures"), unified=True) == [
        "run mine: without pruning no table3, fig6",
        "run mine: without specialisation no table4, table4_random, table5, fig7, fig8, fig9, fig10",
        "run mine: without specialisation and pruning no fig11",
    ]
    assert left_out("tiny", checked(TINY)["runs"]["tiny"], unified=True) == []
    assert left_out("tiny", checked(TINY)["runs"]["tiny"], unified=False) == [
        "run tiny: without a probe set of one tap a block no rows in unified"
    ]
