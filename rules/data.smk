"""Images of a data set, decoded or drawn once.

REQUIRED INPUTS: nothing (glyphs), an image folder (folder), or archives, downloaded if need be (torchvision)
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
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("draw_glyphs.py"),
        settings=lambda w: sorted_mapping(config["datasets"][w.dataset]),
    script:
        "../workflow/scripts/draw_glyphs.py"


rule read_folder:
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
        mem_mb=growing(12000),
        runtime=growing(60),
    params:
        code=code("read_folder.py"),
        settings=lambda w: sorted_mapping(config["datasets"][w.dataset]),
        listing=lambda w: listing(w.dataset),
    script:
        "../workflow/scripts/read_folder.py"


rule read_torchvision:
    output:
        "results/data/{dataset}.safetensors",
    log:
        "results/logs/data/{dataset}.log",
    benchmark:
        "results/benchmarks/data/{dataset}.tsv"
    wildcard_constraints:
        dataset=datasets_from("torchvision"),
    conda:
        "../envs/torch.yaml"
    threads: 4
    resources:
        mem_mb=growing(12000),
        runtime=growing(60),
    params:
        code=code("read_torchvision.py"),
        settings=lambda w: sorted_mapping(config["datasets"][w.dataset]),
    script:
        "../workflow/scripts/read_torchvision.py"
