"""Data sets, read once or drawn for each seed. Each source has a rule; all of them write the same file.

REQUIRED INPUTS: nothing (glyphs, languages), an image folder (folder), files of texts (text), or archives,
downloaded if need be (torchvision)
OUTPUTS: results/data/{dataset}.safetensors: images (uint8) or token ids (int32) and labels (int64) by split;
names in metadata; results/data/{dataset}-seed{seed}.safetensors where each seed has a data set of its own; of
texts, results/data/{dataset}-tokenizer.json, too
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


use rule draw_glyphs as read_texts with:
    output:
        data="results/data/{dataset}.safetensors",
        tokenizer="results/data/{dataset}-tokenizer.json",
    wildcard_constraints:
        dataset=datasets_from("text"),
    params:
        **job("read_texts"),
        settings=lambda w: sorted_mapping(config["datasets"][w.dataset]),
        listing=lambda w: text_listing(w.dataset),


use rule read_texts as read_languages with:
    wildcard_constraints:
        dataset=datasets_from("languages"),
    params:
        **job("read_languages"),
