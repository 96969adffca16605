"""When the workflow starts: what the runs lack is said, and from then on a line for each job that ends.

REQUIRED INPUTS: none
OUTPUTS: no file; the terminal
"""

from collections import Counter

from snakemake.logging import logger
from snakemake.settings.enums import Quietness


onstart:
    # With its limit, 100 jobs a second, Snakemake 9 looks for new jobs once a second for every job that has
    # ended: after 300 of them that takes a core. Cores, or the cluster, limit the jobs anyway.
    workflow.scheduler.job_rate_limiter = None
    for run in RUNS:
        missing = left_out(run, RUNS[run], unified=bool(block_sets(run)))
        for line in [*missing, *(f"run {run}: {line}" for line in ARCHITECTURES[run].unread)]:
            print(line)
    if not {*(workflow.output_settings.quiet or ())} - {Quietness.HOST}:
        # Here and not above: every job of a cluster reads this file, and none of them draws.
        from nodal.workflow.terminal import take_over

        take_over(logger, Counter(job.rule.name for job in workflow.dag.needrun_jobs()))
