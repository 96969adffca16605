"""The configuration as typed models: a file for each thing that a configuration describes."""

from nodal.workflow.settings.checking import checked

__all__ = ["checked"]
