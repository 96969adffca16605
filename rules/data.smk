"""Data sets, read once or drawn for each seed. Each source has a rule; all of them write the same file.

REQUIRED INPUTS: nothing (glyphs), an image folder (folder), or archives, downloaded if need be (torchvision)
OUTPUTS: results/data/{dataset}.safetensors: images (uint8) and labels (int64) by split; names in metadata;
results/data/{dataset}-seed{seed}.safetensors where each seed has a data set of its own
"""


rule draw_glyphs:
    output:
        "results/data/{dataset}.safetensors",
    log:
        "results/logs/data/{dataset}.log",
    benchmark:
        "results/benchmarks/data/{dataset}.tsv"
    wildcard_constraints:
        dataset=datasets_from("glyphs", each_seed=False),
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=2000, runtime=10),
    params:
        **job("draw_glyphs"),
        settings=lambda w: sorted_mapping(config["datasets"][w.dataset]),
    script:
        "../workflow/scripts/{params.script}.py"


use rule draw_glyphs as draw_glyphs_of_seed with:
    output:
        "results/data/{dataset}-seed{seed}.safetensors",
    log:
        "results/logs/data/{dataset}-seed{seed}.log",
    benchmark:
        "results/benchmarks/data/{dataset}-seed{seed}.tsv"
    wildcard_constraints:
        dataset=datasets_from("glyphs", each_seed=True),


use rule draw_glyphs as read_torchvision with:
    wildcard_constraints:
        dataset=datasets_from("torchvision"),
    threads: 4
    resources:
        **growing(mem_mb=12000, runtime=60),
    params:
        **job("read_torchvision"),


use rule read_torchvision as read_folder with:
    wildcard_constraints:
        dataset=datasets_from("folder"),
    params:
        **job("read_folder"),
        listing=lambda w: listing(w.dataset),
