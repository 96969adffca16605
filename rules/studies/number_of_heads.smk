"""The study `number_of_heads` (claim M19): attention heads from one to sixteen, on ten labels up to all of them.

REQUIRED INPUTS: the data, the backbone
OUTPUTS: results/{run}/seed{seed}/studies/number_of_heads/: a folder for each network (see networks.smk);
results/{run}/studies/number_of_heads.csv, the numbers of each seed in number_of_heads_seeds.csv, and
number_of_heads.png and .pdf
"""

NETWORKS["number_of_heads"] = headed_networks
LAST_BLOCK.add("number_of_heads")


localrules:
    number_of_heads,


use rule skip as number_of_heads with:
    input:
        unpack(lambda w: measured_variants(w.run, "number_of_heads", probe_of(w.run, "specialisation"))),
    output:
        **study_outputs("number_of_heads"),
    pathvars:
        job="number_of_heads",
    params:
        **job("number_of_heads"),
        settings=lambda w: {
            "networks": [
                (
                    seed,
                    str(change["heads"]) if isinstance(change["heads"], int) else name,
                    last_heads(w.run, change["heads"]),
                )
                for seed in SEEDS
                for name, change in headed_networks(w.run).items()
            ],
            "tap": last_tap(w.run, probe_of(w.run, "specialisation"))[0],
            "counting": counting(w.run, "specialisation"),
        },
