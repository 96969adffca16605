"""Data sets, read once or drawn for each seed. Each source has a rule; all of them write the same file.

REQUIRED INPUTS: nothing (glyphs, languages), an image folder (folder), files of texts (text), or archives,
downloaded if need be (torchvision)
OUTPUTS: results/data/{dataset}.safetensors: images (uint8) or token ids (int32) and labels (int64) by split;
names in metadata; results/data/{dataset}-seed{seed}.safetensors where each seed has a data set of its own; of
texts, results/data/{dataset}-tokenizer.json, too
"""

from contextlib import contextmanager

from nodal.files.images import image_files, read_bytes
from nodal.workflow.digest import listing_digest


def datasets_from(source, **settings):
    """A pattern of the data sets that come from one source, with these settings."""
    wanted = {"source": source} | settings
    return one_of([name for name, data in config["datasets"].items() if wanted.items() <= data.items()])


def listing(dataset):
    """The digest of the image folder of a data set and of the tables on its labels.

    For params: what a function of inputs raises Snakemake passes over where later results are there.
    """
    settings = config["datasets"][dataset]
    with naming(f"datasets.{dataset}.root"):
        files = image_files(Path(settings["root"]), settings["test"])
    tables = []
    for key in ("superclasses", "order"):
        if settings[key]:
            with naming(f"datasets.{dataset}.{key}"):
                tables.append(read_bytes(Path(settings[key])))
    return listing_digest(files, tables)


def text_listing(dataset):
    """The digest of all files of a data set of texts; for params, as of `listing`."""
    contents = []
    for key in ("train", "heldout", "test", "superclasses", "order", "tokens"):
        value = config["datasets"][dataset].get(key)  # that of languages has no files
        if isinstance(value, str) and value not in ("wordpiece", "characters"):
            with naming(f"datasets.{dataset}.{key}"):
                contents.append(read_bytes(Path(value)))
    return listing_digest({}, contents)


@contextmanager
def naming(key):
    """End with one line, that begins with the key at fault; any other exception Snakemake wraps in a traceback."""
    try:
        yield
    except ValueError as error:
        raise SystemExit(f"{key}: {error}") from None


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
