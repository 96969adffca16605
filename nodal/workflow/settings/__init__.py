"""The configuration as typed models: a file for each thing that a configuration describes."""

from nodal.workflow.settings.checking import architectures, checked, sorted_mapping
from nodal.workflow.settings.datasets import TEXTS

__all__ = ["TEXTS", "architectures", "checked", "sorted_mapping"]
