"""The study of one network, as typed in a notebook: a thin face of the rooms that the workflow uses."""
