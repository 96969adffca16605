"""The state in which a network is read by hooks, and after which it is as it was."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch import nn
from torch.backends import mha


@contextmanager
def read_only(model: nn.Module) -> Iterator[None]:
    """Evaluation mode, and every module runs as one; then all is as it was, after an error, too.

    The mode is set module by module, as an overridden `train` may do more than can be taken back.
    """
    with ExitStack() as after:
        for module in [each for each in model.modules() if each.training]:
            after.callback(setattr, module, "training", True)
            module.training = False
        # Attention's fast path and compiled code run past the hooks. What compiles has been imported where
        # anything is compiled; to import it here would cost every job more than a second.
        after.callback(mha.set_fastpath_enabled, mha.get_fastpath_enabled())
        mha.set_fastpath_enabled(False)
        if "torch._dynamo" in sys.modules:
            after.enter_context(torch.compiler.set_stance("force_eager"))
        yield
