"""Print result tables on the terminal: `python -m nodal.tables.show results/table3.csv ...`."""

import shutil
import sys

import pandas as pd

from nodal.tables.summaries import SUFFIX

LINE = 150  # characters, where no terminal says how many


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


def controls_below(table: pd.DataFrame) -> pd.DataFrame:
    """Put the controls of each row below it, each number under the one that it is a control of.

    Args:
        table: As `compact` gives it, its keys in the index; `<name>_<control>` is a control of `<name>`.

    Returns:
        The table, `control` in its index, empty for what was measured; as it is with fewer than two of them.
    """
    below = {
        suffix[1:]: {f"{name}{suffix}": name for name in table if f"{name}{suffix}" in table}
        for suffix in SUFFIX.values()
        if suffix
    }
    below = {control: names for control, names in below.items() if names}
    if len(below) < 2:
        return table
    parts = {"": table.drop(columns=[name for names in below.values() for name in names])}
    parts |= {control: table[[*names]].rename(columns=names) for control, names in below.items()}
    parts = {control: part.assign(control=control, row=range(len(part))) for control, part in parts.items()}
    joined = pd.concat(parts.values()).sort_values("row", kind="stable").fillna("")
    return joined.drop(columns="row").set_index("control", append=True)


def main(paths: list[str]) -> None:
    """Print each CSV: mean +- sd over seeds, the paper's value in brackets; wide ones go on below."""
    width = shutil.get_terminal_size((LINE, 0)).columns
    for path in paths:
        print(f"\n{path}: mean +- sd over seeds (the paper's value)")
        table = pd.read_csv(path).dropna(axis="columns", how="all")
        shown = compact(table)
        # What comes before the first measure says what a row is: it stands again before what goes on below.
        first = next(number for number, name in enumerate(shown) if f"{name}_mean" in table)
        print(controls_below(shown.set_index(list(shown)[:first])).to_string(line_width=width))


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
