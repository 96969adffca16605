"""Export the networks that are shipped, and time them beside each other, on one thread of this machine."""

import os
from pathlib import Path

import torch
from job import start

from nodal.files.latency import write_latency
from nodal.files.tensors import read_about
from nodal.models.onnx_file import write_onnx
from nodal.pruning.latency import latencies
from nodal.pruning.shipped import load
from nodal.workflow.provenance import machine, processor, versions

BATCHES, TURNS = (1, 64), 15

snakemake = start()
files = list(map(Path, snakemake.input))
networks = {path.stem: load(path) for path in files}
size = read_about(files[0])["size"]
images = torch.randn(max(BATCHES), 3, size, size, generator=torch.Generator().manual_seed(0))
exported = {Path(path).stem: Path(path) for path in snakemake.output.onnx}
for name, path in exported.items():
    write_onnx(path, networks[name], images[:2])
about = {
    "run": snakemake.params.run, "code": snakemake.params.code, "threads": snakemake.threads,
    "machine": f"{machine()}, {processor()}", "load": round(os.getloadavg()[0], 2),
    "versions": versions(("torch", "onnxruntime")),
}  # fmt: skip
found = latencies(networks, exported, images, BATCHES, "dense", TURNS)
write_latency(snakemake.output.table, found, about)
