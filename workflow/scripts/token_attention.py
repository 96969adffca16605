"""The attention that the tokens of some test texts get from the head that their label belongs to."""

from job import header, start

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.ownership import read_heads
from nodal.files.sentences import Sentence, write_sentences
from nodal.models.build import load
from nodal.training.answers import predictions
from nodal.training.device import best_device
from nodal.training.token_attention import received_attention, shown_texts

EACH = 3  # labels of a head

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
data = Dataset.load(files.data, ["test"], best_device())
texts, labels = data.inputs["test"], data.labels["test"].cpu().numpy()
network = load(settings["model"], data, files.backbone)
prepare = preparation(texts, settings["normalise"])
counts, owner, tap = read_heads(files.appearances)
right = predictions(network, texts, prepare).cpu().numpy() == labels
chosen = shown_texts(counts, owner, labels, right, EACH)

sentences = []
weights = received_attention(network, Tap(**settings["taps"][tap]).block, texts[chosen], prepare)
for text, received in zip(chosen, [] if weights is None else weights.cpu().numpy(), strict=False):
    head, ids = int(owner[labels[text]]), texts[text][texts[text] >= 0].tolist()
    tokens = [data.vocabulary[token] for token in ids]
    sentences.append(Sentence(text, data.names[labels[text]], head + 1, tokens, received[head, : len(ids)]))
write_sentences(snakemake.output[0], sentences, header(snakemake) | {"tap": tap})
