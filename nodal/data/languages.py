"""Which language is this name in? Countries, languages, currencies and scripts as the Unicode CLDR has them.

`Babel` carries them in every language. Those of 52 languages in Latin letters are taken; their families, four
languages each, are the super-classes.
"""

import logging
from collections import Counter
from collections.abc import Mapping

import numpy as np
from babel import Locale
from tokenizers import Tokenizer

from nodal.data.dataset import SPLITS, Dataset
from nodal.data.text_files import TextRow
from nodal.data.texts import encoded

log = logging.getLogger(__name__)

# Haitian repeats French there, and `no` repeats `nb`: they are left out.
FAMILIES = {
    "West Germanic": ("de", "nl", "af", "lb"),
    "North Germanic": ("sv", "da", "nb", "is"),
    "Ibero-Romance": ("es", "pt", "gl", "ca"),
    "Gallo-Romance and Eastern": ("fr", "it", "ro", "rm"),
    "Italian regional": ("sc", "scn", "vec", "lij"),
    "West Slavic": ("pl", "cs", "sk", "hsb"),
    "South Slavic and Baltic": ("sl", "hr", "lt", "lv"),
    "Celtic": ("ga", "gd", "cy", "br"),
    "Uralic": ("fi", "et", "hu", "smn"),
    "Turkic": ("tr", "az", "uz", "tk"),
    "Austronesian": ("id", "jv", "fil", "mi"),
    "Niger-Congo": ("sw", "zu", "yo", "ig"),
    "Afro-Asiatic": ("ha", "so", "mt", "kab"),
}
SHORTEST, LONGEST = 3, 24  # letters of a name
_NAMED = ("territories", "languages", "currencies", "scripts")
_LETTERS = 500  # most that the tokenizer knows: there are fewer

Names = dict[str, dict[str, str]]  # by language: what is named, by its name


def read_languages(counts: Mapping[str, int], seed: int) -> tuple[Dataset, Tokenizer]:
    """Names as texts of letters, and their languages as labels; what is named is in one split alone.

    Args:
        counts: Names of each language, by split; all that there are where these are fewer, which is logged.
        seed: Seed of the choice.

    Returns:
        The data set, labels by the languages' English names, and its tokenizer.
    """
    names = own_names()
    split_of = _splits(sorted({named for of in names.values() for named in of.values()}), counts, seed)
    english = {code: Locale.parse(code).get_display_name("en") or code for code in names}
    rng = np.random.default_rng([seed, 1])
    rows: dict[str, list[TextRow]] = {split: [] for split in SPLITS}
    for code, of in names.items():
        for split in SPLITS:
            found = [name for name, named in of.items() if split_of[named] == split]
            if len(found) < counts[split]:
                log.info("%s: %s has only %d names", split, english[code], len(found))
            for place in sorted(rng.permutation(len(found))[: counts[split]].tolist()):
                rows[split].append(TextRow(found[place], english[code], f"Babel, {code}"))
    family = {english[code]: number for number, codes in enumerate(FAMILIES.values()) for code in codes}
    labels = tuple(sorted(family))
    superclass = tuple(family[label] for label in labels)
    return encoded(rows, labels, superclass, "characters", _LETTERS, LONGEST + 2)


def own_names() -> Names:
    """The names that each language shares with no other here, of a length from `SHORTEST` to `LONGEST`."""
    names: Names = {}
    for code in (code for codes in FAMILIES.values() for code in codes):
        of = names.setdefault(code, {})
        for kind in _NAMED:
            for what, name in sorted(getattr(Locale.parse(code), kind).items()):
                of.setdefault(name, f"{kind} {what}")
    shared = Counter(name for of in names.values() for name in of)
    return {
        code: {
            name: named
            for name, named in of.items()
            if shared[name] == 1 and SHORTEST <= len(name) <= LONGEST
        }
        for code, of in names.items()
    }


def _splits(named: list[str], counts: Mapping[str, int], seed: int) -> dict[str, str]:
    """The split of everything that is named, at random, in the proportion of the names."""
    order = np.random.default_rng(seed).permutation(len(named))
    ends = np.cumsum([counts[split] for split in SPLITS]) / sum(counts.values()) * len(named)
    return {
        named[place]: SPLITS[int(np.searchsorted(ends, at, side="right"))] for at, place in enumerate(order)
    }
