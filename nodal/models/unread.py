"""What a description leaves out, said in a line for each reason."""

from torch import nn

from nodal.models.block_points import weights
from nodal.models.dry_run import DryRun
from nodal.models.roles import is_matrix


def unread(run: DryRun, readout: str | None) -> tuple[str, ...]:
    """A line for each reason for which layers have no taps, or cannot be pruned; names the first of them."""
    reasons: dict[str, list[str]] = {}
    for name in weights(run.model):
        if why := _no_tap(name, run):
            reasons.setdefault(f"no taps at {{}}: {why}", []).append(name)
    for each in run.passes:
        if is_matrix(run, each) and not isinstance(run.model.get_submodule(each.module), nn.Linear):
            why = "no pruning of {}: no fully connected layer of torch's own, its weight may be [in, out]"
            reasons.setdefault(why, []).append(each.module)
    lines = [said.format(_named(list(dict.fromkeys(names)))) for said, names in reasons.items()]
    if readout is None:
        lines.append("no tap readout: the logits are not what one fully connected layer makes of a vector")
    return tuple(lines)


def _no_tap(name: str, run: DryRun) -> str | None:
    if name not in run.runs:
        return "not run as a module in a pass (its weight may be used by the one around it)"
    if name not in run.once:
        return "run more than once in a pass (shared by blocks, or called on more than the inputs)"
    if run.value(name, "input") is None and run.value(name, "output") is None:
        return "without a row an input (windows or patches in their place)"
    return None


def _named(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
