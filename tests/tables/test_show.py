"""Tables as people read them."""

import numpy as np
import pandas as pd

from nodal.tables.show import compact, controls_below


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


def test_controls_stand_below_what_they_control() -> None:
    table = pd.DataFrame(
        {
            "block": ["7", "6"], "snr": ["3.3", "3.1"], "snr_heldout": ["3.2", "3.0"], "size": ["2", "3"],
            "snr_untrained": ["1.7", ""], "size_untrained": ["4", "5"],
        }
    ).set_index("block")  # fmt: skip
    below = controls_below(table)
    assert list(below) == ["snr", "size"]
    below = below.reset_index()
    assert below.values.tolist() == [
        ["7", "", "3.3", "2"], ["7", "heldout", "3.2", ""], ["7", "untrained", "1.7", "4"],
        ["6", "", "3.1", "3"], ["6", "heldout", "3.0", ""], ["6", "untrained", "", "5"],
    ]  # fmt: skip


def test_a_single_control_stays_beside() -> None:
    table = pd.DataFrame({"mask": ["andc"], "masked": ["0.9"], "masked_heldout": ["0.8"]})
    assert controls_below(table).equals(table)
