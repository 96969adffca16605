// The explorer's choices: what is chosen, what follows from it, and the page brought up to date.
"use strict";

const HEIGHTS = {
  node: ["diagonal", "labels in clusters"],
  diagonal: ["diagonal", "labels in clusters"],
  size: ["size", "mean cluster size"],
  contribution: ["contribution", "contribution to the SNR"],
};
const place = (id) => document.getElementById(`explorer-${id}`);
const digits = (value, count = 3) =>
  value === null ? "undefined" : String(Number(value.toPrecision(count)));

// Names are what a user's folders say: always text, never markup.
function element(name, text, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  made.textContent = text;
  return made;
}

function button(text, onclick) {
  return element("button", text, { type: "button", onclick });
}

function fill(select, pairs, chosen) {
  place(select).replaceChildren(...pairs.map(([value, text]) => element("option", text, { value })));
  place(select).value = chosen;
}

class Explorer {
  constructor(runs, content) {
    Object.assign(this, { runs, content, sort: "node", label: "", inside: false });
    for (const key of ["run", "tap", "sort", "node", "label"])
      place(key).addEventListener("change", (event) => this.choose({ [key]: event.target.value }));
    place("inside").addEventListener("change", (event) => this.choose({ inside: event.target.checked }));
    for (const link of document.querySelectorAll("[data-run]"))
      if (link.dataset.run in runs)
        link.addEventListener("click", () => this.choose({ run: link.dataset.run }));
    addEventListener("resize", () => this.show());
    this.choose({ run: Object.keys(runs)[0] });
  }

  // Another run has other taps and labels, another tap or order other nodes at its places.
  choose(change) {
    if ("run" in change) {
      const first = this.runs[change.run].taps; // of the first set the last: the last block
      Object.assign(this, { tap: first.findLastIndex((tap) => tap.set === first[0].set), label: "" });
    }
    if (["run", "tap", "sort"].some((key) => key in change)) this.node = 0;
    Object.assign(this, change);
    this.show();
  }

  show() {
    const { labels, taps, seed, left_out } = this.runs[this.run];
    const tap = taps[this.tap];
    const [own, other] = ["nodes", "directions"].map((basis) =>
      sortedBy(nodesOf(tap, basis, labels.length, this.content), this.sort),
    );
    fill(
      "run",
      Object.keys(this.runs).map((name) => [name, name]),
      this.run,
    );
    fill(
      "tap",
      taps.map((each, number) => [number, `${each.set} (${each.pooling}): ${each.tap}`]),
      this.tap,
    );
    const said = (at) => `node ${at.node}: ${at.clusters.length} clusters, ${at.diagonal} labels`;
    fill(
      "node",
      own.map((at, number) => [number, said(at)]),
      this.node,
    );
    fill("label", [["", "any label"], ...labels.map((name, label) => [label, name])], this.label);

    const { nodes, directions } = tap.bases;
    place("said").textContent =
      `${tap.tap} read by the probe set ${tap.set}, which pools by ${tap.pooling}; seed ${seed}, threshold ${tap.threshold}: SNR ${digits(nodes.snr)} of its nodes, ` +
      `${digits(directions.snr)} of random directions.` +
      (left_out.length ? ` Too large for this page: ${left_out.join(", ")}.` : "");
    const width = place("body").clientWidth;
    const overview = drawOverview(
      own,
      ...HEIGHTS[this.sort],
      Number(this.node),
      Math.min(960, width),
      (node) => this.choose({ node }),
    );
    place("overview").replaceChildren(overview);
    const pair = [
      ["Node", own[this.node], nodes],
      ["Random direction", other[this.node], directions],
    ];
    place("matrices").replaceChildren(...pair.map((each) => this.card(...each, Math.min(460, width))));
    place("holders").replaceChildren(
      ...(this.label === "" ? [] : this.holders(own, tap, Number(this.label))),
    );
  }

  card(kind, at, basis, width) {
    const names = this.runs[this.run].labels;
    const card = element("div", "");
    const counts =
      `${at.clusters.length} clusters with ${at.diagonal} labels; ${at.noise} elements above threshold outside; ` +
      `contribution to the SNR of ${digits(basis.snr)}: ${digits(at.contribution, 2)}.`;
    const clusters = element("ol", "", { className: "labels" });
    for (const cluster of at.clusters) {
      const line = element("li", "");
      line.append(...cluster.map((label) => button(names[label], () => this.choose({ label }))));
      clusters.append(line);
    }
    card.append(
      drawMatrix(at, names, this.inside, `${kind} ${at.node}`, width),
      element("p", counts),
      clusters,
    );
    return card;
  }

  holders(own, tap, label) {
    const name = this.runs[this.run].labels[label];
    const holders = own.filter((at) => holds(at, label));
    const line = element("p", "", { className: "labels" });
    line.append(...holders.map((at) => button(at.node, () => this.choose({ node: own.indexOf(at) }))));
    const said = `${name} is in clusters of ${holders.length} of the ${tap.nodes} nodes:`;
    const heads = tap.heads > 1 ? [drawHeads(holders, tap.heads, tap.nodes)] : [];
    return [element("p", said), line, ...heads];
  }
}

(async () => {
  const runs = await (await unpacked("explorer-index")).json();
  const content = new Int8Array(await (await unpacked("explorer-content")).arrayBuffer());
  const filled = Object.fromEntries(Object.entries(runs).filter(([, run]) => run.taps.length));
  if (!Object.keys(filled).length) return;
  place("body").hidden = false;
  new Explorer(filled, content);
})();
