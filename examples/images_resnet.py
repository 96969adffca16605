"""What the nodes of a torchvision ResNet-18 know: a moment's training on drawn letters, then a study."""

# %% Ten letters, drawn in ten fonts; any DataLoader or pair of tensors will do in their place.
import torch
from torch.nn.functional import cross_entropy
from torchvision.models import resnet18

import nodal
from nodal.augment.pipeline import normalise
from nodal.data.glyphs import draw_dataset

letters = draw_dataset("cyrillic_greek", 32, {"train": 8, "heldout": 3, "test": 4}, seed=0)
parts = {}
for split, labels in letters.labels.items():
    ten = labels < 10
    parts[split] = normalise(letters.inputs[split][ten]), labels[ten]
names = letters.names[:10]

# %% A network, trained for a moment.
torch.manual_seed(0)
model = resnet18(num_classes=10)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
images, labels = parts["train"]
for _ in range(6):
    for batch in torch.randperm(len(images)).split(16):
        optimizer.zero_grad()
        cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()

# %% The study: a probe at both ends of the last convolution; 0.3 is the threshold of the clusters.
study = nodal.study(
    model,
    parts["train"],
    parts["test"],
    taps={"before": nodal.Input("layer4.1.conv2"), "layer4": "layer4"},
    heldout=parts["heldout"],
    labels=names,
    recipe={"epochs": 10, "batch": 20},
)
print(study.table(0.3)[["clusters", "size", "noise", "snr", "snr_shuffled", "snr_rotated"]].round(2))
print(study["layer4"].snr(0.3))

# %% One node: which letters it knows, and how they are grouped.
print(study["layer4"].clusters(0.3).labels(48))
study["layer4"].plot(48)

# %% Prune: the last convolution and the last layer keep the weights between nodes that share a letter.
masks = study.masks("layer4", threshold=0.3)
for weight, mask in masks.items():
    print(f"{weight}: {mask.mean():.0%} kept")
kept = nodal.prune(model, masks)  # and kept.apply() after each step of a retraining
