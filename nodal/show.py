"""Print result tables on the terminal: `python -m nodal.show results/table3.csv ...`."""

import sys

import pandas as pd


def main(paths: list[str]) -> None:
    """Print each CSV as an aligned table, one block of columns under the other."""
    for path in paths:
        table = pd.read_csv(path)
        print(f"\n{path}")
        with pd.option_context("display.width", 150, "display.max_columns", None, "display.precision", 3):
            print(table.to_string(index=False, na_rep="", line_width=150))


if __name__ == "__main__":
    main(sys.argv[1:])
