// The drawings of the explorer, by Observable Plot; each is made of what it is given.
"use strict";

const OURS = "#0072b2";
const CHOSEN = "#d55e00";
const LEGIBLE = 9; // pixels of a row that its name needs
const CLEAR = { background: "transparent", fontSize: "11px" };

// Matrix of one node: rows are input labels, columns output labels, clusters in red squares.
function drawMatrix(at, names, onlyInside, title, width) {
  const others = onlyInside && at.clusters.length ? [] : d3.range(names.length);
  const { order, cells, squares } = matrixOf(at, names.length, others);
  const count = order.length;
  const margin = 56;
  const axis = {
    domain: [-0.5, count - 0.5],
    ticks: (width - margin) / count >= LEGIBLE ? d3.range(count) : [],
    tickSize: 0,
    tickFormat: (place) => names[order[place]],
    labelAnchor: "center",
    labelArrow: "none",
  };
  const edges = { x1: -0.5, x2: count - 0.5, y1: -0.5, y2: count - 0.5 };
  const said = (cell) => `input ${names[cell.input]}, output ${names[cell.output]}: ${cell.value.toFixed(2)}`;
  return Plot.plot({
    width,
    height: width,
    margin,
    marginTop: 4,
    marginRight: 4,
    title: Object.assign(document.createElement("h3"), { textContent: title }),
    ariaLabel: `${title}: ${at.clusters.length} clusters`,
    style: CLEAR,
    x: { ...axis, label: "output label", tickRotate: -90 },
    y: { ...axis, label: "input label", reverse: true },
    color: {
      scheme: "PuOr",
      domain: [-1, 1],
      clamp: true,
      legend: true,
      label: "field / its maximum",
      width: 180,
    },
    marks: [
      Plot.raster(
        cells.map((cell) => cell.value),
        { width: count, height: count, ...edges, imageRendering: "pixelated" },
      ),
      Plot.rect(squares, {
        x1: "start",
        x2: "end",
        y1: "start",
        y2: "end",
        stroke: "#d00000",
        strokeWidth: 1.5,
      }),
      Plot.tip(cells, Plot.pointer({ x: "x", y: "y", maxRadius: 20, title: said, className: "tip" })),
    ],
  });
}

// A bar a node in the order of the list, the chosen one in another colour; a click chooses.
function drawOverview(nodes, key, label, chosen, width, choose) {
  const chart = Plot.plot({
    width,
    height: 120,
    marginLeft: 46,
    marginBottom: 8,
    style: CLEAR,
    x: { axis: null, type: "band", domain: d3.range(nodes.length) },
    y: { label, ticks: 3, grid: true },
    marks: [
      Plot.barY(nodes, {
        x: (_, place) => place,
        y: (at) => at[key] ?? 0,
        fill: (_, place) => (place === chosen ? CHOSEN : OURS),
        title: (at) => `node ${at.node}`,
      }),
      Plot.ruleY([0]),
    ],
  });
  chart.addEventListener("click", (event) => {
    const bar = event.target.closest("rect");
    if (bar) choose([...bar.parentNode.children].indexOf(bar));
  });
  return chart;
}

// How many nodes of each attention head hold a label.
function drawHeads(holders, heads, nodes) {
  const size = nodes / heads;
  const counts = d3.range(heads).map((head) => ({
    head: head + 1,
    nodes: holders.filter((at) => Math.floor(at.node / size) === head).length,
  }));
  return Plot.plot({
    width: 360,
    height: 44 + 22 * heads,
    marginLeft: 60,
    style: CLEAR,
    x: { label: `nodes of the attention head, of ${size}, that hold the label`, ticks: 4, domain: [0, size] },
    y: { label: null, tickFormat: (head) => `head ${head}` },
    marks: [
      Plot.barX(counts, { x: "nodes", y: "head", fill: OURS }),
      Plot.text(counts, { x: "nodes", y: "head", text: "nodes", dx: 10 }),
    ],
  });
}
