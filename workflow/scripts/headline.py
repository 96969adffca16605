"""The headline of a run: accuracy and SNR block by block, beside every control."""

import pandas as pd
from job import start

from nodal.figures.headline import headline
from nodal.figures.style import save
from nodal.tables.seeds import at_main_threshold

snakemake = start()
accuracy, ratio = (at_main_threshold(pd.read_csv(path)) for path in snakemake.input)
save(headline(accuracy, ratio), *snakemake.output)
