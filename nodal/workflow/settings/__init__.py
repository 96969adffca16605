"""The configuration as typed models: a file for each thing that a configuration describes."""

from nodal.workflow.settings.checking import architectures, checked, sorted_mapping

__all__ = ["architectures", "checked", "sorted_mapping"]
