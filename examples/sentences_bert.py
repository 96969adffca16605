"""What the nodes of a small BERT know of sentences that are drawn from a grammar of three moods."""

# %% Sentences, their ids padded behind the end, and the mask of what is before it.
import random

import torch
from transformers import BertConfig, BertForSequenceClassification

import nodal

PEOPLE, ADVERBS = ["i", "you", "we"], ["never", "always"]
VERBS, THINGS = ["see", "hear", "like"], ["stones", "rivers", "music"]
MOODS = {"statement": ".", "question": "?", "call": "!"}
WORDS = ["[pad]", *PEOPLE, *ADVERBS, *VERBS, *THINGS, *MOODS.values()]


def sentences(count: int, seed: int) -> dict[str, torch.Tensor]:
    """Equally many sentences of each mood: `input_ids`, `attention_mask` and `labels`."""
    draw = random.Random(seed)
    rows, labels = [], []
    for number in range(count):
        mood = list(MOODS)[number % 3]
        adverb = draw.sample(ADVERBS, draw.randint(0, 1))
        words = [draw.choice(PEOPLE), *adverb, draw.choice(VERBS), draw.choice(THINGS), MOODS[mood]]
        rows.append([WORDS.index(word) for word in words] + [0] * (5 - len(words)))
        labels.append(number % 3)
    ids = torch.tensor(rows)
    return {"input_ids": ids, "attention_mask": (ids > 0).long(), "labels": torch.tensor(labels)}


train, test = sentences(240, seed=0), sentences(60, seed=1)

# %% A small network, trained for a moment.
torch.manual_seed(0)
config = BertConfig(
    vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
    max_position_embeddings=8, num_labels=3,
)  # fmt: skip
model = BertForSequenceClassification(config)
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
for _ in range(8):
    for batch in torch.randperm(240).split(40):
        optimizer.zero_grad()
        model(**{name: value[batch] for name, value in train.items()}).loss.backward()
        optimizer.step()

# %% The study: both ends of a layer of the last block, and the attention before it.
inner = "bert.encoder.layer.1.intermediate.dense"
study = nodal.study(
    model,
    train,
    test,
    taps={
        "attention": nodal.Input("bert.encoder.layer.1.attention.output.dense"),
        "before": nodal.Input(inner),
        "inner": nodal.Input("bert.encoder.layer.1.output.dense"),
    },
    labels=list(MOODS),
    recipe={"epochs": 10, "batch": 24},
)
print(study.table(0.3)[["clusters", "size", "noise", "snr", "snr_shuffled", "snr_rotated"]].round(2))
print(study["attention"].heads(4, ratio=1.5))

# %% One node by name, and the mask of the layer between the two taps.
print(study["inner"].clusters(0.3).labels(10))
study["inner"].plot(10)
for weight, mask in study.masks("inner", threshold=0.3).items():
    print(f"{weight}: {mask.mean():.0%} kept")
