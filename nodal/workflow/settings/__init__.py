"""The configuration as typed models: a file for each thing that a configuration describes."""

from nodal.workflow.settings.checking import architectures, checked, sorted_mapping
from nodal.workflow.settings.datasets import TEXTS
from nodal.workflow.settings.derived import also_set
from nodal.workflow.settings.studies import STUDIES

__all__ = ["STUDIES", "TEXTS", "also_set", "architectures", "checked", "sorted_mapping"]
