"""What is said while the workflow runs: what the runs lack, then a line for each job that ends.

REQUIRED INPUTS: none
OUTPUTS: no file; the terminal
"""

from collections import Counter

from snakemake.logging import logger
from snakemake.settings.enums import Quietness


onstart:
    for run in RUNS:
        missing = left_out(run, RUNS[run], unified=bool(block_sets(run)))
        for line in [*missing, *(f"run {run}: {line}" for line in ARCHITECTURES[run].unread)]:
            print(line)
    if not {*(workflow.output_settings.quiet or ())} - {Quietness.HOST}:
        # Here and not above: every job of a cluster reads this file, and none of them draws.
        from nodal.workflow.terminal import take_over

        take_over(logger, Counter(job.rule.name for job in workflow.dag.needrun_jobs()))
