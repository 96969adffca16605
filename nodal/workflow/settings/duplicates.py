"""Keys that stand twice in one mapping of a YAML file: a reader silently takes the last one."""

from pathlib import Path

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML was built so


def refuse_duplicates(path: Path) -> None:
    """Raise a ValueError in one line if a key of the file stands twice in its mapping."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), LOADER)
    except yaml.YAMLError:
        return  # JSON that is no YAML: Snakemake has read it
    _check(path, root, ())


def _check(path: Path, node: yaml.Node | None, place: tuple[str, ...]) -> None:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check(path, item, place)
    elif isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, value in node.value:
            inner, line = (*place, key.value), key.start_mark.line + 1
            if key.value in lines:
                raise ValueError(
                    f"{path}: {'.'.join(inner)} stands twice, in lines {lines[key.value]} and {line}"
                )
            lines[key.value] = line
            _check(path, value, inner)
