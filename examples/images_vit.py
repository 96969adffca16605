"""Which letters the attention heads of a timm ViT share out among themselves."""

# %% Letters as uint8 images, normalised one by one as the workflow does; the network is trained on the same.
import timm
import torch
from torch.nn.functional import cross_entropy

import nodal
from nodal.augment.pipeline import normalise
from nodal.data.glyphs import draw_dataset

letters = draw_dataset("cyrillic_greek", 32, {"train": 10, "heldout": 3, "test": 4}, seed=0)
parts = {}
for split, labels in letters.labels.items():
    ten = labels < 10
    parts[split] = letters.inputs[split][ten], labels[ten]

# %% A small network, trained for a moment.
torch.manual_seed(0)
model = timm.create_model(
    "vit_tiny_patch16_224", img_size=32, patch_size=8, embed_dim=48, depth=2, num_heads=4, num_classes=10
)
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
images, labels = parts["train"]
for _ in range(20):
    for batch in torch.randperm(len(images)).split(20):
        optimizer.zero_grad()
        cross_entropy(model(normalise(images[batch])), labels[batch]).backward()
        optimizer.step()

# %% What the heads of the last block give, side by side, is the input of `proj`.
study = nodal.study(
    model,
    parts["train"],
    parts["test"],
    taps={"heads": nodal.Input("blocks.1.attn.proj"), "block": "blocks.1"},
    heldout=parts["heldout"],
    labels=letters.names[:10],
    recipe={"epochs": 10, "batch": 20},
)
print(study.table(0.3)[["clusters", "size", "noise", "snr", "snr_shuffled", "snr_rotated"]].round(2))
print(study["heads"].heads(4, ratio=2))

# %% One node by the names of its letters, and the last layer's mask.
print(study["block"].clusters(0.3).labels(40))
study["block"].plot(40)
for weight, mask in study.masks("block", threshold=0.3).items():
    print(f"{weight}: {mask.mean():.0%} kept")
