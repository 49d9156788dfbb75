// The picture of a ring: members as dots, the values that they share as boxes, drawn by cytoscape.

import cytoscape from "cytoscape";

const CLOSER = 1.3;
const MEMBER = 11; // pixels across
const VALUE = [12, 24]; // pixels across, of the least and the most shared
const APART = 14; // pixels between members, at least
const LABEL = 120; // pixels across
const WIDE = 560; // pixels of the frame from which on values are labelled in it; below, the list under it tells them
const frame = document.getElementById("gh-graph");

/** What the stylesheet says of colours, in the form that cytoscape reads: a pixel is painted and looked at. */
function colours() {
  const look = getComputedStyle(document.documentElement);
  const pixel = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const brush = pixel.getContext("2d", { willReadFrequently: true });
  return (name) => {
    brush.fillStyle = look.getPropertyValue(name).trim() || "#888";
    brush.fillRect(0, 0, 1, 1);
    return `rgb(${brush.getImageData(0, 0, 1, 1).data.slice(0, 3).join(",")})`;
  };
}

function style(most) {
  const colour = colours();
  const aspect = (element) => colour(`--gh-aspect-${element.data("aspect")}`);
  return [
    {
      selector: "node",
      style: { "background-color": colour("--gh-node-member"), "border-width": 1.5, "border-color": colour("--gh-ground"), width: MEMBER, height: MEMBER },
    },
    { selector: "node[?held]", style: { "background-color": colour("--gh-node-held") } },
    {
      selector: "node[kind = 'value']",
      style: {
        "background-color": aspect,
        width: `mapData(shared, 1, ${most}, ${VALUE[0]}, ${VALUE[1]})`,
        height: `mapData(shared, 1, ${most}, ${VALUE[0]}, ${VALUE[1]})`,
        shape: "round-rectangle",
        label: frame.clientWidth >= WIDE ? "data(label)" : "",
        color: colour("--gh-strong"),
        "font-size": 11,
        "font-family": "system-ui, sans-serif",
        "text-wrap": "wrap",
        "text-max-width": LABEL,
        "text-valign": "center",
        "text-halign": "data(side)",
        "text-margin-x": (node) => (node.data("side") === "left" ? -4 : 4),
        "z-index": 2,
      },
    },
    { selector: "edge", style: { width: 1, "line-color": aspect, "line-opacity": 0.35, "curve-style": "haystack", "haystack-radius": 0 } },
    { selector: ".gh-far", style: { opacity: 0.12 } },
    { selector: "node.gh-chosen", style: { "border-color": colour("--gh-strong"), "border-width": 3 } },
  ];
}

/**
 * Where everything stands, in pixels of the frame; the same ring is drawn the same each time.
 *
 * Values stand in a bow at either side, where their labels have room. A member stands between its values, nearer to the
 * rarer ones, which tell more of it (as in RadViz: Hoffman et al. 1997), and keeps a distance from other members.
 */
function placed(told) {
  const [width, height] = [frame.clientWidth, frame.clientHeight];
  const room = width >= WIDE ? LABEL + 24 : 24;
  const places = new Map(bows(told, { x: Math.max(width / 2 - room, 60), y: height / 2 - 24 }));
  const own = new Map();
  for (const { source, target } of told.edges) own.set(source, [...(own.get(source) ?? []), places.get(target)]);
  const members = told.nodes.filter((node) => node.kind === "member");
  spread(members.map((node, place) => between(own.get(node.id) ?? [], place))).forEach((at, place) => places.set(members[place].id, at));
  return told.nodes.map((data) => ({ group: "nodes", data: { ...data, side: places.get(data.id).side ?? "" }, position: places.get(data.id) }));
}

/** The values, those of one aspect together: down the left side, and up the right one. */
function bows(told, half) {
  const values = told.nodes.filter((node) => node.kind === "value");
  values.sort((one, other) => one.aspect.localeCompare(other.aspect) || one.label.localeCompare(other.label, "en", { numeric: true }));
  const left = Math.ceil(values.length / 2);
  return values.map((node, place) => {
    const [side, row, rows] = place < left ? [-1, place, left] : [1, values.length - 1 - place, values.length - left];
    const y = rows === 1 ? 0 : 2 * (row / (rows - 1)) - 1;
    return [node.id, { x: side * half.x * (0.72 + 0.28 * Math.sqrt(1 - y * y)), y: y * half.y, side: side < 0 ? "left" : "right", pull: 1 / Math.sqrt(node.shared) }];
  });
}

/** Near its values, and not quite where another with the same ones is: each is moved a little in a direction of its own. */
function between(values, place) {
  const all = values.reduce((sum, value) => sum + value.pull, 0) || 1;
  const turn = place * 2.399963; // the golden angle: no two of them point the same way
  const mean = (axis) => values.reduce((sum, value) => sum + (value[axis] * value.pull) / all, 0);
  return { x: 0.9 * mean("x") + 3 * Math.cos(turn), y: 0.9 * mean("y") + 3 * Math.sin(turn) };
}

/** Pushes apart what lies too near, a little at a time. */
function spread(points) {
  for (let time = 0; time < 120; time++) {
    for (let one = 1; one < points.length; one++) {
      for (let other = 0; other < one; other++) push(points[one], points[other]);
    }
  }
  return points;
}

function push(one, other) {
  const [dx, dy] = [one.x - other.x, one.y - other.y];
  const far = Math.hypot(dx, dy) || 0.01;
  if (far >= APART) return;
  const [x, y] = [((APART - far) * dx) / far / 3, ((APART - far) * dy) / far / 3];
  one.x += x;
  one.y += y;
  other.x -= x;
  other.y -= y;
}

function drawn(told) {
  const most = Math.max(2, ...told.nodes.map((node) => node.shared ?? 0));
  // cytoscape would write a style element of its own, which the Content-Security-Policy refuses; console.css has it.
  const known = Object.assign(document.createElement("meta"), { id: "__________cytoscape_stylesheet" });
  document.head.append(known);
  const touched = matchMedia("(pointer: coarse)").matches; // there a finger on the picture scrolls the page
  const graph = cytoscape({
    container: frame,
    elements: [...placed(told), ...told.edges.map((data) => ({ group: "edges", data }))],
    style: style(most),
    layout: { name: "preset", fit: true, padding: 12 },
    minZoom: 0.2,
    maxZoom: 4,
    userZoomingEnabled: false, // the wheel scrolls the page
    userPanningEnabled: !touched,
    boxSelectionEnabled: false,
    autoungrabify: true,
  });
  new MutationObserver(() => graph.style(style(most))).observe(document.documentElement, { attributeFilter: ["class"] });
  new ResizeObserver(() => { graph.resize(); graph.fit(undefined, 12); }).observe(frame);
  return graph;
}

function choose(graph, chosen) {
  const said = document.getElementById("gh-graph-chosen");
  graph.elements().removeClass("gh-far gh-chosen");
  said.hidden = !chosen;
  if (!chosen) return;
  const near = chosen.closedNeighborhood();
  graph.elements().not(near).addClass("gh-far");
  chosen.addClass("gh-chosen");
  said.replaceChildren(...(chosen.data("kind") === "value" ? ofValue(chosen) : ofMember(chosen)));
}

function ofValue(node) {
  return [`${capital(node.data("label"))}: ${node.data("shared")} of the members drawn here.`];
}

function ofMember(node) {
  const shares = node.neighborhood("node").map((value) => value.data("label")).join(", ");
  const name = node.data("page") ? Object.assign(document.createElement("a"), { href: node.data("page"), className: "gh-link" }) : document.createElement("strong");
  name.textContent = node.data("label");
  return [name, `${node.data("held") ? ", held" : ""}: ${shares || "none of the values drawn here"}.`];
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function tools(graph) {
  const acts = { in: () => zoom(graph, CLOSER), out: () => zoom(graph, 1 / CLOSER), fit: () => graph.fit(undefined, 12) };
  const bar = document.querySelector(".gh-graph-tools");
  bar.hidden = false;
  bar.addEventListener("click", (event) => acts[event.target.dataset.graph]?.());
}

function zoom(graph, times) {
  graph.zoom({ level: graph.zoom() * times, renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
}

function words(told) {
  const values = told.nodes.filter((node) => node.kind === "value");
  const count = (number) => number.toLocaleString("en");
  const some = told.drawn < told.size ? `${count(told.drawn)} of ${count(told.size)} members, taken evenly in the order of their signups` : `All ${count(told.size)} members`;
  document.getElementById("gh-graph-said").textContent = `${some}, and the ${values.length} values that tell most of them. A number after a value only tells it from others of its kind.`;
  const list = document.querySelector(".gh-graph-list");
  list.hidden = false;
  list.querySelector("ol").append(...values.map((value) => Object.assign(document.createElement("li"), { textContent: `${capital(value.label)}: ${count(value.shared)}` })));
  for (const entry of document.querySelectorAll(".gh-legend [data-aspect]")) entry.hidden = !values.some((value) => value.aspect === entry.dataset.aspect);
  document.querySelector(".gh-legend").hidden = false;
}

async function show() {
  const answer = await fetch(frame.dataset.from, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`the picture answered ${answer.status}`);
  const told = await answer.json();
  if (told.nodes.length === 0) {
    document.getElementById("gh-graph-said").textContent = "It has no members to draw.";
    frame.hidden = true;
    return;
  }
  words(told);
  const graph = drawn(told);
  tools(graph);
  graph.on("tap", (event) => choose(graph, event.target === graph || event.target.isEdge() ? null : event.target));
  frame.dataset.nodes = graph.nodes().length; // for who looks from outside whether it is drawn
}

if (frame) {
  show().catch(() => {
    document.getElementById("gh-graph-said").textContent = "The picture could not be loaded. Load the page again.";
  });
}
