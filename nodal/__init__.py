"""Single-nodal performance (SNP) of trained networks: what every node knows, and how much of it is real."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
