"""From texts to token ids: tokenizers that are trained on the training split, or a given one."""

from collections import Counter
from collections.abc import Sequence

import torch
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel, WordPiece
from tokenizers.normalizers import NFC, BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer, Split
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import WordPieceTrainer
from torch import Tensor

# Ids 0 to 3 of every tokenizer that is trained here; a text stands between the last two.
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_RARE = 2  # what occurs less often in training is unknown


def tokenizer_of(kind: str, training: Sequence[str], vocabulary: int) -> Tokenizer:
    """The tokenizer of a data set.

    Args:
        kind: `wordpiece`, pieces of words in lower case and without accents, as BERT's; `characters`, as they
            stand; or the name of a `tokenizer.json`, which is taken as it is.
        training: The texts of the training split.
        vocabulary: Most tokens of a trained one.

    Raises:
        ValueError: The file is no tokenizer's.
    """
    if kind == "wordpiece":
        return _framed(_wordpiece(training, vocabulary))
    if kind == "characters":
        return _framed(_characters(training, vocabulary))
    try:
        given = Tokenizer.from_file(kind)
    except Exception as error:  # the library raises nothing narrower
        raise ValueError(f"{kind} is no tokenizer.json ({' '.join(str(error).split())})") from None
    given.no_padding()
    return given


def vocabulary_of(tokenizer: Tokenizer) -> tuple[str, ...]:
    """The token of each id; an id that stands for none is empty."""
    ids = tokenizer.get_vocab(with_added_tokens=True)
    tokens = [""] * (max(ids.values()) + 1)
    for token, number in ids.items():
        tokens[number] = token
    return tuple(tokens)


def token_ids(tokenizer: Tokenizer, texts: Sequence[str], length: int) -> tuple[Tensor, list[int], list[int]]:
    """The ids of texts, the end of those that are longer cut off.

    Args:
        tokenizer: What `tokenizer_of` gave.
        texts: N of them.
        length: Most tokens of a text, the marks of its beginning and end among them.

    Returns:
        int32 [N, T], -1 behind the end of each text, T that of the longest; the indices of the texts that
        were cut; and of those that have no token but such marks.
    """
    tokenizer.enable_truncation(length)
    found = tokenizer.encode_batch(list(texts))
    most = max(len(each.ids) for each in found)
    ids = torch.full((len(found), max(1, most)), -1, dtype=torch.int32)
    for row, each in zip(ids, found, strict=True):
        row[: len(each.ids)] = torch.tensor(each.ids, dtype=torch.int32)
    cut = [number for number, each in enumerate(found) if each.overflowing]
    empty = [number for number, each in enumerate(found) if all(each.special_tokens_mask)]
    return ids, cut, empty


def _wordpiece(texts: Sequence[str], vocabulary: int) -> Tokenizer:
    """BERT's tokenizer; the same texts give the same one."""
    normalizer, splitter = BertNormalizer(lowercase=True), BertPreTokenizer()
    words = Counter(
        word for text in texts for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))
    )
    letters = _often(Counter(letter for word, count in words.items() for letter in word * count))
    # Left to itself the trainer numbers the letters within words at random, and breaks ties by the number.
    symbols = [f"{inside}{letter}" for inside in ("", "##") for letter in letters]
    known = {word: count for word, count in words.items() if set(word) <= set(letters)}
    trainer = WordPieceTrainer(
        vocab_size=vocabulary, min_frequency=_RARE, special_tokens=[*SPECIAL, *symbols], show_progress=False
    )
    trained = Tokenizer(WordPiece(unk_token=SPECIAL[1]))
    trained.pre_tokenizer = splitter
    trained.train_from_iterator((word for word, count in known.items() for _ in range(count)), trainer)
    tokenizer = Tokenizer(WordPiece(trained.get_vocab(), unk_token=SPECIAL[1]))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    return tokenizer


def _characters(texts: Sequence[str], vocabulary: int) -> Tokenizer:
    normalizer = NFC()
    letters = _often(Counter(letter for text in texts for letter in normalizer.normalize_str(text)))
    tokens = [*SPECIAL, *letters[: vocabulary - len(SPECIAL)]]
    tokenizer = Tokenizer(WordLevel({token: number for number, token in enumerate(tokens)}, SPECIAL[1]))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = Split(Regex(r"[\s\S]"), "isolated")
    return tokenizer


def _often(counts: Counter[str]) -> list[str]:
    """Those that are not rare, the most frequent first."""
    often = (each for each, count in counts.items() if count >= _RARE)
    return sorted(often, key=lambda each: (-counts[each], each))


def _framed(tokenizer: Tokenizer) -> Tokenizer:
    """With a mark before each text, which BERT's own classifier reads, and one behind."""
    first, last = SPECIAL[2:]
    marks = [(mark, SPECIAL.index(mark)) for mark in (first, last)]
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.post_processor = TemplateProcessing(single=f"{first} $A {last}", special_tokens=marks)
    return tokenizer
