"""The report: one page with everything in it, to be read offline."""

import json
from pathlib import Path
from types import SimpleNamespace

import jinja2
import yaml
from job import start
from safetensors import safe_open

from nodal.files.atomic import replacing
from nodal.files.labels import label_names
from nodal.report.page import SECTIONS, claim_context, figure_context, run_context, table_context

start(snakemake)
config, texts = snakemake.params.settings, Path(snakemake.input.template).parent
environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(texts), undefined=jinja2.StrictUndefined, autoescape=True
)


def caption(name: str, number: str = "") -> str:
    """The text that Snakemake's own report has for the same file."""
    said = SimpleNamespace(config=config, wildcards=SimpleNamespace(number=number))
    plain = environment.overlay(autoescape=False).get_template(f"{name}.rst")
    return plain.render(snakemake=said).strip()


def images_of(path: str) -> str:
    """What a data file holds."""
    with safe_open(path, "np") as data:
        shapes = {key: data.get_slice(f"images.{key}").get_shape() for key in ("train", "heldout", "test")}
    counts = ", ".join(f"{shape[0]:,} {split}" for split, shape in shapes.items())
    side = shapes["train"][-1]
    return f"{Path(path).stem}: {len(label_names(path)[0])} labels, {side}x{side} pixels; {counts}"


main, second = (config["tables"][key] for key in ("main", "second"))
runs = {name: config["runs"][name] for name in dict.fromkeys((main, second))}
images = {name: images_of(f"results/data/{run['dataset']}.safetensors") for name, run in runs.items()}
provenance = json.loads(Path(snakemake.input.provenance).read_text(encoding="utf-8"))
claims, verdicts = claim_context(Path(snakemake.input.claims))
page = environment.get_template(Path(snakemake.input.template).name).render(
    style=Path(snakemake.input.style).read_text(),
    sections=SECTIONS,
    main={"name": main, "settings": runs[main]},
    runs=[{"name": name} for name in runs],
    run_rows=run_context(runs, images),
    claims=claims,
    verdicts=verdicts,
    tables=[table_context(path, caption(path.stem)) for path in map(Path, snakemake.input.tables)],
    figures=[
        figure_context(path, caption("figure", path.stem.removeprefix("fig")))
        for path in map(Path, snakemake.input.figures)
    ],
    **{key: provenance[key] for key in ("seeds", "stages", "versions", "commit", "machine", "date")},
    config=yaml.safe_dump(config, sort_keys=False, allow_unicode=True),
)
with replacing(snakemake.output[0]) as temporary:
    temporary.write_text(page, encoding="utf-8")
