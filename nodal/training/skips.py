"""How large a skip connection is beside the branch that it passes by."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from nodal.architectures.architecture import Tap
from nodal.architectures.skips import Skip
from nodal.augment.preparation import Preparation
from nodal.models.features import collect
from nodal.training.device import float32
from nodal.training.inputs_at_once import measured_at_once


@torch.no_grad()
def skip_sizes(
    model: nn.Module, skips: Sequence[Skip], taps: Mapping[str, Tap], inputs: Tensor, prepare: Preparation
) -> list[tuple[float, float]]:
    """Root mean squares of each skip and of its branch, over inputs, positions that count, and nodes.

    The skip is what the sum holds beyond the branch.

    Args:
        model: The network; put into evaluation mode, where no path is dropped.
        skips: Its sums.
        taps: By name, those that `skips` name.
        inputs: [N, ...].
        prepare: Preparation of the inputs.

    Raises:
        ValueError: What a sum holds beyond its branch is none of the taps before it: there is more than a sum
            between the two, such as a norm.
    """
    model.eval()
    squares = torch.zeros(len(skips), 2, dtype=torch.float64)
    values = torch.zeros(len(skips), 1)
    with float32(tf32=False):
        for chunk in inputs.split(measured_at_once(model, inputs, prepare)):
            found, mask = collect(model, prepare.plain(chunk), taps), prepare.mask(chunk)
            for number, skip in enumerate(skips):
                branch = found[skip.alone]
                carried = found[skip.joined] - branch
                _check(skip, carried, [found[name] for name in skip.before])
                for place, each in enumerate((carried, branch)):
                    rows = each if mask is None or each.shape[1] == 1 else each[mask]
                    squares[number, place] += rows.double().square().sum().cpu()
                values[number] += rows.numel()
    return [(skip, branch) for skip, branch in (squares / values).sqrt().tolist()]


def _check(skip: Skip, carried: Tensor, before: Sequence[Tensor]) -> None:
    scale = max([float(each.abs().max()) for each in before], default=0.0)
    if before and not any(torch.allclose(carried, each, rtol=0, atol=1e-4 * scale) for each in before):
        raise ValueError(
            f"skip: {skip.joined} less {skip.alone} is none of {', '.join(skip.before)}: something stands"
            " behind the sum, such as a norm"
        )
