// What the report carries of the nodes: unpacked, counted, sorted. Nothing here draws.
"use strict";

async function unpacked(id) {
  const packed = atob(document.getElementById(id).textContent.trim());
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream);
}

// The rows of an array [nodes, size] that lies at `start`.
const rowsOf = (content, start, nodes, size) =>
  d3.range(nodes).map((node) => content.subarray(start + node * size, start + (node + 1) * size));

// Every node (or direction) of a basis of a tap, with its factors, its clusters and their counts.
function nodesOf(tap, basis, labels, content) {
  const { nodes, positions, bases } = tap;
  const found = bases[basis];
  const [means, weights] = [found.pooled_mean, found.weight].map((start) =>
    rowsOf(content, start, nodes, positions * labels),
  );
  const numbers = rowsOf(content, found.numbers, nodes, labels);
  return d3.range(nodes).map((node) => {
    const clusters = Array.from({ length: 1 + Math.max(-1, ...numbers[node]) }, () => []);
    numbers[node].forEach((number, label) => number >= 0 && clusters[number].push(label));
    const diagonal = d3.sum(clusters, (cluster) => cluster.length);
    return {
      node,
      clusters,
      diagonal,
      size: clusters.length ? diagonal / clusters.length : null,
      noise: found.noise[node],
      contribution: found.contribution[node],
      mean: means[node],
      weight: weights[node],
    };
  });
}

const holds = (at, label) => at.clusters.some((cluster) => cluster.includes(label));

// By number, or by a count from the largest down; what is undefined comes last.
function sortedBy(nodes, key) {
  if (key === "node") return nodes;
  return d3.sort(nodes, (a, b) => (b[key] ?? -Infinity) - (a[key] ?? -Infinity) || a.node - b.node);
}

// The field of input label i on output label j, summed over the positions that the probe reads apart.
function fieldsOf(at, labels) {
  const starts = d3.range(0, at.mean.length, labels);
  return d3
    .range(labels)
    .map((i) =>
      Float64Array.from({ length: labels }, (_, j) =>
        d3.sum(starts, (start) => at.mean[start + i] * at.weight[start + j]),
      ),
    );
}

// A node's matrix over its maximum, as cells; labels of a cluster stand together, of the others these follow.
function matrixOf(at, labels, others) {
  const fields = fieldsOf(at, labels);
  const largest = d3.max(fields, (row) => d3.max(row));
  const scale = largest > 0 ? largest : 1;
  const inside = at.clusters.flat();
  const order = [...inside, ...others.filter((label) => !inside.includes(label))];
  const cells = order.flatMap((input, y) =>
    order.map((output, x) => ({ x, y, input, output, value: fields[input][output] / scale })),
  );
  const last = d3.cumsum(at.clusters, (cluster) => cluster.length);
  const squares = at.clusters.map((cluster, i) => ({
    start: last[i] - cluster.length - 0.5,
    end: last[i] - 0.5,
  }));
  return { order, cells, squares };
}
