"""Table 5: labels that the heads of each block own, beside the node-permutation null."""

from job import start

from nodal.accuracy_file import accuracy, read_accuracy
from nodal.paper import TABLE5
from nodal.parquet import read_table
from nodal.settings import tap_block
from nodal.specialisation import null_columns
from nodal.tables import over_seeds, with_paper, write_csv

start(snakemake)
records = []
inputs = (snakemake.input.appearances, snakemake.input.null, snakemake.input.accuracy)
for _, *paths in zip(snakemake.params.settings["seeds"], *inputs, strict=True):
    counted, null = (read_table(path)[0].to_pandas() for path in paths[:2])
    counts = read_accuracy(paths[2])
    for tap in sorted(counted["tap"].unique(), key=tap_block, reverse=True):
        here = counted[counted["tap"] == tap]
        owned = here[here["variant"] == "own"].groupby("head")["owned"].sum()
        total = int(owned.sum())
        records.append(
            {
                "block": tap_block(tap)[1],
                "accuracy": accuracy(counts, tap=tap, split="test", head=0),
                "accuracy_heldout": accuracy(counts, tap=tap, split="heldout", head=0),
                **{f"head{head}": int(count) for head, count in owned.items()},
                "labels": total,
                "labels_heldout": int(here.loc[here["variant"] == "heldout", "owned"].sum()),
                **null_columns(null, tap, total, []),
            }
        )
heads = [name for name in records[0] if name.startswith("head") and name != "heads"]
names = ["accuracy", *heads, "labels"] if len(heads) == 4 else ["accuracy"]
table = over_seeds(records, ["block"])
write_csv(snakemake.output[0], with_paper(table, ["block"], names, TABLE5))
