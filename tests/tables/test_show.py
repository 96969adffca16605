"""Tables as people read them."""

import numpy as np
import pandas as pd

from nodal.tables.show import compact


def test_mean_sd_and_the_papers_value_become_one_column() -> None:
    table = pd.DataFrame(
        {
            "block": [7, 6],
            "snr_mean": [3.5812, 1030.4],
            "snr_sd": [0.0291, 97.2],
            "snr_paper": [3.28, np.nan],
            "pruned": [0.18512, np.nan],
        }
    )
    read = compact(table)
    assert list(read) == ["block", "snr", "pruned"]
    assert read["snr"].tolist() == ["3.58+-0.029 (3.28)", "1030+-97"]
    assert read["pruned"].tolist() == ["0.185", ""]
    assert read["block"].tolist() == ["7", "6"]
