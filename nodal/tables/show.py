"""Print result tables on the terminal: `python -m nodal.tables.show results/table3.csv ...`."""

import sys

import pandas as pd

LINE = 150  # characters; wider tables go on below


def compact(table: pd.DataFrame) -> pd.DataFrame:
    """Join each `<name>_mean, _sd, _paper` to one text column `mean +- sd (paper)`, for reading only."""
    columns = {}
    for name in table:
        base, _, kind = str(name).rpartition("_")
        if kind == "mean":
            columns[base] = [_cell(table, base, row) for row in range(len(table))]
        elif f"{base}_mean" not in table or kind not in ("sd", "paper"):
            columns[str(name)] = [_text(value) for value in table[name]]
    return pd.DataFrame(columns)


def main(paths: list[str]) -> None:
    """Print each CSV: mean +- sd over seeds, the paper's value in brackets."""
    for path in paths:
        print(f"\n{path}: mean +- sd over seeds (the paper's value)")
        print(compact(pd.read_csv(path)).to_string(index=False, line_width=LINE))


def _cell(table: pd.DataFrame, base: str, row: int) -> str:
    cell = _text(table[f"{base}_mean"][row])
    if f"{base}_sd" in table and pd.notna(table[f"{base}_sd"][row]):
        cell += f"+-{_number(table[f'{base}_sd'][row], 2)}"
    if f"{base}_paper" in table and pd.notna(table[f"{base}_paper"][row]):
        cell += f" ({_text(table[f'{base}_paper'][row])})"
    return cell


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else _number(value, 3)
    return str(value)


def _number(value: float, digits: int) -> str:
    """Significant digits, but never a power of ten for what is large."""
    return f"{value:.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:.{digits}g}"


if __name__ == "__main__":
    main(sys.argv[1:])
