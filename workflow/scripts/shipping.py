"""The table of what smaller networks buy, and the figure of accuracy against speed."""

from pathlib import Path

from job import start

from nodal.figures.shipping import accuracy_against_speed
from nodal.figures.style import save
from nodal.files.accuracy import read_accuracy
from nodal.files.latency import read_latency
from nodal.tables.seeds import write_csv
from nodal.tables.shipping import shipping

snakemake = start()
files, seeds = snakemake.input, snakemake.params.settings["seeds"]
counts = dict(zip(seeds, map(read_accuracy, files.accuracy), strict=True))
sizes = {
    kind: {Path(path).stem: Path(path).stat().st_size for path in paths}
    for kind, paths in (("bytes", files.networks), ("bytes_onnx", files.onnx))
}
latency, about = read_latency(files.latency)
table, of_seeds = shipping(counts, latency, sizes, about)
write_csv(snakemake.output.table, table)
write_csv(snakemake.output.seeds, of_seeds)
save(accuracy_against_speed(table), snakemake.output.pdf, snakemake.output.png)
