"""Which tables and figures a run has: those for which it has the stages."""

from collections.abc import Mapping
from typing import Any

# The stages behind each table and figure, by its name.
NEEDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("table1", "table2"), ("fc_pruning",)),
    "table3": ("pruning",),
    "table3_pruning": ("fc_pruning",),
    **dict.fromkeys(("table4", "table4_random", "table5"), ("specialisation",)),
    **dict.fromkeys(("fig2", "fig3", "fig4", "fig5"), ("figures",)),
    "fig6": ("figures", "pruning"),
    **dict.fromkeys(("fig7", "fig8", "fig9", "fig10"), ("figures", "specialisation")),
    "fig11": ("figures", "specialisation", "pruning"),
}


def made(run: Mapping[str, Any], kind: str) -> list[str]:
    """What a run of these settings has, of the kind `table` or `fig`, by its number: `["1", "2", ...]`."""
    return [
        name.removeprefix(kind)
        for name, needs in NEEDS.items()
        if name.startswith(kind) and not missing(run, needs)
    ]


def missing(run: Mapping[str, Any], needs: tuple[str, ...]) -> list[str]:
    """Of these stages, those that a run does not have."""
    return [stage for stage in needs if stage not in run]


def left_out(name: str, run: Mapping[str, Any], *, unified: bool) -> list[str]:
    """A line for each set of stages that a run of this name lacks: what is not made for want of them.

    Args:
        name: Of the run.
        run: Its settings.
        unified: Whether it has a probe set for the unified table.
    """
    lacking: dict[str, list[str]] = {}
    for result, needs in NEEDS.items():
        if stages := missing(run, needs):
            lacking.setdefault(" and ".join(stages), []).append(result)
    if not unified:
        lacking["a probe set of one tap a block"] = ["rows in unified"]
    return [f"run {name}: without {stages} no {', '.join(results)}" for stages, results in lacking.items()]
