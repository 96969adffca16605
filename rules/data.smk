"""Images of a data set, decoded or drawn once.

REQUIRED INPUTS: nothing (glyphs) or an image folder (folder)
OUTPUTS: results/data/{dataset}.safetensors: uint8 images and int64 labels of train, heldout and test, label names in the metadata
"""


rule draw_glyphs:
    output:
        "results/data/{dataset}.safetensors",
    log:
        "results/logs/data/{dataset}.log",
    benchmark:
        "results/benchmarks/data/{dataset}.tsv"
    wildcard_constraints:
        dataset=datasets_from("glyphs"),
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=code("draw_glyphs.py"),
        settings=lambda w: sorted_mapping(config["datasets"][w.dataset]),
    script:
        "../workflow/scripts/draw_glyphs.py"


rule read_folder:
    input:
        root=lambda w: config["datasets"][w.dataset]["root"],
        superclasses=lambda w: config["datasets"][w.dataset]["superclasses"] or [],
    output:
        "results/data/{dataset}.safetensors",
    log:
        "results/logs/data/{dataset}.log",
    benchmark:
        "results/benchmarks/data/{dataset}.tsv"
    wildcard_constraints:
        dataset=datasets_from("folder"),
    conda:
        "../envs/torch.yaml"
    threads: 4
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        code=code("read_folder.py"),
        settings=lambda w: sorted_mapping(config["datasets"][w.dataset]),
    script:
        "../workflow/scripts/read_folder.py"
