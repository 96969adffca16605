"""Figure 11 of texts: the attention that the tokens of some of them get."""

from job import start

from nodal.figures.sentences import sentence_attention
from nodal.figures.style import save
from nodal.files.sentences import read_sentences

snakemake = start()
sentences, about = read_sentences(snakemake.input[0])
save(sentence_attention(sentences, about["tap"]), *snakemake.output)
