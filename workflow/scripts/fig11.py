"""Figure 11: attention output fields beside their images, and their similarity over all test images."""

import numpy as np
import pandas as pd
from job import start

from nodal.figures.attention_maps import Distribution, Example, attention_maps
from nodal.figures.style import drawn, save
from nodal.files.attention_fields import read_examples, read_similarity

snakemake = start()
arrays, about = read_examples(snakemake.input.examples)
examples = [
    Example(
        arrays["images"][row],
        arrays["luminance"][row],
        arrays["maps.backbone"][row],
        arrays["maps.andc"][row, 0],
        np.append(arrays["similarity.backbone"][row], arrays["similarity.andc"][row, 0]),
        int(arrays["owner"][row]),
        f"{drawn(label)}\n{why}",
    )
    for row, (label, why) in enumerate(zip(about["label"], about["why"], strict=True))
]
table = read_similarity(snakemake.input.similarity)
table = table[table["network"] == "backbone"]
table[["similarity", "similarity_other"]] = table[["similarity", "similarity_other"]].abs()


def distribution(part: pd.DataFrame) -> Distribution:
    """Similarities of images to the fields of their own head, of other heads, and of the control."""
    own = part["owner"] == part["head"]
    return Distribution(
        part.loc[own, "similarity"].to_numpy(),
        part.loc[~own, "similarity"].to_numpy(),
        part.loc[own, "similarity_other"].to_numpy(),
    )


heads = table[table["head"] > 0]
by_head = {int(head): distribution(heads[heads["head"] == head]) for head in sorted(heads["head"].unique())}
together = distribution(heads[heads["owner"] > 0])
save(attention_maps(examples, by_head, together, about["tap"]), *snakemake.output)
