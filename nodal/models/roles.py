"""Which module of an encoder block plays which role, seen from what runs in it and not from its names.

The roles: `qkv`, or `query`, `key`, `value`; `proj`, which mixes the heads; `attention`, where these run
inside one call; `second`, the norm that reads the attention's result with its skip; `linear1`, `linear2`.
"""

import torch
from torch import nn

from nodal.models.dry_run import DryRun, Pass

_HEADS = ("num_heads", "num_attention_heads", "n_heads", "heads")
_SEPARATE = {"q": "query", "k": "key", "v": "value"}


def heads_of(module: nn.Module) -> int | None:
    """The number of attention heads that a module, or what it was configured by, says it has."""
    configured = hasattr(module, "config") and hasattr(module, "head_dim")
    holders = [module, module.config] if configured else [module]
    found = (getattr(holder, name, None) for holder in holders for name in _HEADS)
    return next((value for value in found if isinstance(value, int)), None)


def encoder_roles(block: str, run: DryRun) -> dict[str, str]:
    """Dotted names of the modules of a block by their role; none where the block has no attention of its own.

    Attention is the one innermost module that says how many heads it has. What its first matrix takes, its
    projections take: one of them is fused, three are told apart by their first letters. `proj` is the last
    matrix within attention, or where that ends with the projections the next one, and takes an input that
    splits into the heads; two matrices behind it are the feed-forward part.
    """
    inside = [each for each in run.passes if each.module == block or each.module.startswith(f"{block}.")]
    having = [each for each in inside if heads_of(run.model.get_submodule(each.module))]
    innermost = [each for each in having if not any(_within(other, each) for other in having)]
    if len(innermost) != 1 or innermost[0].module == block or innermost[0].module not in run.once:
        return {}
    attention = innermost[0]
    matrices = [each for each in inside if each.module in run.once and is_matrix(run, each)]
    roles = _projections(attention, matrices, run) or {"attention": attention.module}
    behind = run.once[roles.get("proj", attention.module)].ended
    feeding = [each for each in matrices if each.began > behind]
    if len(feeding) == 2:
        roles |= {"linear1": feeding[0].module, "linear2": feeding[1].module}
        result = run.once[roles.get("proj", attention.module)].output
        norms = [
            each for each in inside if behind < each.began < feeding[0].began and _adds(each, result, run)
        ]
        if len(norms) == 1:
            roles["second"] = norms[0].module
    return roles


def is_matrix(run: DryRun, each: Pass) -> bool:
    """Whether a module multiplies by its weight, [out, in] or, as GPT-2 has it, [in, out], and no more."""
    weight = getattr(run.model.get_submodule(each.module), "weight", None)
    if not isinstance(weight, torch.Tensor) or weight.ndim != 2 or each.input is None or each.output is None:
        return False
    widths = [each.output.shape[-1], each.input.shape[-1]]
    return each.input.is_floating_point() and list(weight.shape) in (widths, widths[::-1])


def _within(inner: Pass, outer: Pass) -> bool:
    return inner.module.startswith(f"{outer.module}.")


def _projections(attention: Pass, matrices: list[Pass], run: DryRun) -> dict[str, str]:
    """The roles of the projections of attention; none where they run inside one call."""
    own = [each for each in matrices if attention.began < each.began < attention.ended]
    if not own:
        return {}
    first = [each for each in own if each.input is own[0].input]
    names = {_SEPARATE.get(each.module.rpartition(".")[2][0].lower(), ""): each.module for each in first}
    if len(first) == 1:
        roles = {"qkv": first[0].module}
    else:
        roles = names if len(first) == 3 and set(names) == set(_SEPARATE.values()) else {}
    behind = [each for each in matrices if each.began > first[-1].ended and _rows(each) == _rows(own[0])]
    if behind:
        # Between the first and the last there may be others, as where queries are made in two steps.
        proj = next((each for each in reversed(behind) if each in own), behind[0])
        heads = heads_of(run.model.get_submodule(attention.module)) or 1
        if proj.input is not None and proj.input.shape[-1] % heads == 0:
            roles["proj"] = proj.module
    return roles


def _rows(each: Pass) -> list[int]:
    return [] if each.input is None else list(each.input.shape[:-1])


def _adds(each: Pass, result: torch.Tensor | None, run: DryRun) -> bool:
    """Whether this is a norm of more than the attention's own result, which is with its skip then."""
    module = run.model.get_submodule(each.module)
    if "norm" not in type(module).__name__.lower() or next(module.children(), None) is not None:
        return False
    if each.module not in run.once or each.input is None or result is None:
        return False
    # In any order, as windows that are put together again are still the result alone.
    taken, given = (value.flatten().sort().values for value in (each.input, result))
    return taken.shape == given.shape and not torch.equal(taken, given)
