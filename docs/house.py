"""Draw the rooms of nodal and which imports from which, as they are in the code: docs/house.svg."""

from pathlib import Path

import grimp
import networkx as nx
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure


def rooms() -> "nx.DiGraph[str]":
    """The packages of nodal with an arrow to each room they import from, less what follows from others."""
    graph = grimp.build_graph("nodal", exclude_type_checking_imports=True, cache_dir=None)
    names = {each for each in graph.find_children("nodal") if graph.find_children(each)}
    arrows = [
        (one.removeprefix("nodal."), other.removeprefix("nodal."))
        for one in names
        for other in names
        if one != other and graph.direct_import_exists(importer=one, imported=other, as_packages=True)
    ]
    return nx.transitive_reduction(nx.DiGraph(arrows))


def draw(graph: "nx.DiGraph[str]", path: Path) -> None:
    """Rooms on the lowest floor that all they import from leaves free."""
    floors = [sorted(floor) for floor in nx.topological_generations(graph.reverse())]
    place = {
        name: ((i + 0.5) / len(floor) + 0.06 * (-1) ** height, height)
        for height, floor in enumerate(floors)
        for i, name in enumerate(floor)
    }
    figure = Figure(figsize=(7.5, 0.75 * len(floors)))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set(xlim=(-0.05, 1.1), ylim=(-0.5, len(floors) - 0.5))
    for one, other in graph.edges:
        ends = {"xy": place[other], "xytext": place[one]}
        axes.annotate(
            "", **ends, arrowprops={"arrowstyle": "->", "color": "#777777", "shrinkA": 12, "shrinkB": 12}
        )
    for name, (x, y) in place.items():
        box = {"boxstyle": "round,pad=.35", "facecolor": "#e6f1f8", "edgecolor": "#0072b2"}
        axes.text(x, y, name, ha="center", va="center", bbox=box, fontsize=11)
    FigureCanvasSVG(figure).print_svg(path)


if __name__ == "__main__":
    draw(rooms(), Path(__file__).with_name("house.svg"))
