"""`make lineage`: the layers of the project and what flows between them (docs/pictures/layers.svg).

Read from dbt's manifest, so the picture holds no model or arrow that the project has not.
"""

import json
import os
import textwrap
from collections import defaultdict
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "layers.svg"
# Pixels; a letter's width is that of the widest common monospace font.
WIDTH, LINE, PADDING, GAP, MARGIN = 860, 17, 9, 26, 4
LETTER = 7.3
HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>
rect {{ fill: #f5f7fa; stroke: #b8c2cf; }}
text {{ font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #27313f; }}
.layer {{ font-weight: bold; fill: #1d5fa6; }}
path {{ fill: none; stroke: #7d8a9a; stroke-width: 1.4; }}
marker path {{ fill: #7d8a9a; stroke: none; }}
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="6" markerHeight="6"
orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>"""


class Box(NamedTuple):
    """A layer in the picture: corner and size in pixels, and its names as lines of text."""

    x: float
    y: float
    width: float
    height: float
    title: str
    lines: list[str]


def main() -> None:
    """Write the picture of the manifest in dbt's target folder."""
    target = Path(os.environ.get("DBT_TARGET_PATH", ROOT / "target"))
    manifest = json.loads((target / "manifest.json").read_text())
    PICTURE.write_text(draw(*read_layers(manifest)))


def read_layers(manifest: dict[str, Any]) -> tuple[dict[str, list[str]], nx.DiGraph]:
    """Names of the models by folder, and the folders' graph without shortcuts."""
    models = {
        name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"
    }
    folders = {name: Path(node["path"]).parent.as_posix() for name, node in models.items()}
    layers = defaultdict(list)
    graph = nx.DiGraph()
    for name, node in models.items():
        layers[folders[name]].append(node["name"])
        graph.add_node(folders[name])
        for parent in node["depends_on"]["nodes"]:
            if parent in models and folders[parent] != folders[name]:
                graph.add_edge(folders[parent], folders[name])
    return {layer: sorted(names) for layer, names in layers.items()}, nx.transitive_reduction(graph)


def draw(layers: dict[str, list[str]], graph: nx.DiGraph) -> str:
    """The layers as boxes from top to bottom, each below all that it reads, as SVG."""
    boxes: dict[str, Box] = {}
    # Each layer as low as what reads it allows; arrows that pass a row go beside its box.
    rows = [sorted(row) for row in nx.topological_generations(graph.reverse())][::-1]
    row_of = {layer: number for number, row in enumerate(rows) for layer in row}
    passed = {n for start, end in graph.edges for n in range(row_of[start] + 1, row_of[end])}
    columns = max(map(len, rows))
    y = float(MARGIN)
    for number, row in enumerate(rows):
        width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) / columns
        if len(row) == 1 and number not in passed:
            width = WIDTH - 2 * MARGIN
        lines = {
            layer: textwrap.wrap("  ".join(layers[layer]), int((width - 2 * PADDING) / LETTER))
            for layer in row
        }
        height = LINE * (1 + max(map(len, lines.values()))) + 2 * PADDING
        x = (WIDTH - len(row) * width - (len(row) - 1) * GAP) / 2
        for layer in row:
            boxes[layer] = Box(x, y, width, height, layer, lines[layer])
            x += width + GAP
        y += height + GAP
    parts = [_arrow(boxes[parent], boxes[child]) for parent, child in sorted(graph.edges)]
    parts += [_box(box) for box in boxes.values()]
    head = HEAD.format(width=WIDTH, height=round(y - GAP + MARGIN))
    return "\n".join([head, *parts, "</svg>\n"])


def _box(box: Box) -> str:
    texts = [
        f'<text class="{"model" if number else "layer"}" x="{box.x + PADDING:.0f}" '
        f'y="{box.y + PADDING + LINE * (number + 1) - 4:.0f}" '
        f'xml:space="preserve">{escape(line)}</text>'
        for number, line in enumerate([box.title, *box.lines])
    ]
    size = f'x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}"'
    return "\n".join([f'<rect {size} rx="5"/>', *texts])


def _arrow(start: Box, end: Box) -> str:
    to_x, to_y = end.x + end.width / 2, end.y - 4
    x, y = min(max(to_x, start.x + GAP), start.x + start.width - GAP), start.y + start.height
    if end.width > start.width:
        to_x = x = start.x + start.width / 2
    bend = GAP * 0.7
    return (
        f'<path d="M{x:.0f} {y:.0f} C{x:.0f} {y + bend:.0f} '
        f'{to_x:.0f} {to_y - bend:.0f} {to_x:.0f} {to_y:.0f}" marker-end="url(#tip)"/>'
    )


if __name__ == "__main__":
    main()
