// The picture of a circle can be moved and looked into; the drawing that the server made is where it begins.

const MOVES = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
const HALF_TURN = 30;
const ZOOMS = { "+": 1.25, ";": 1.25, "-": 0.8 };
const box = document.querySelector("[data-circle]");
const panel = document.getElementById("circle-about");
const canvas = box.querySelector(".circle-canvas");
const press = box.querySelector("[data-explore]");
const drawing = box.querySelector(".circle-drawing.is-wide");
const pace = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200;
let cy = null;

function colour(name, share = 100) {
  // A canvas knows no variables: the browser says what they are in this theme.
  const probe = document.createElement("span");
  probe.style.color = share < 100 ? `color-mix(in srgb, var(${name}) ${share}%, var(--mu-surface))` : `var(${name})`;
  box.append(probe);
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  paint.fillStyle = getComputedStyle(probe).color;
  paint.fillRect(0, 0, 1, 1);
  probe.remove();
  const [red, green, blue] = paint.getImageData(0, 0, 1, 1).data;
  return `rgb(${red},${green},${blue})`;
}

function pictureOf(seal) {
  const ground = getComputedStyle(seal.querySelector("circle")).fill;
  const letter = seal.querySelector("text");
  const { fill, fontFamily } = getComputedStyle(letter);
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 68 68");
  picture.setAttribute("width", "136");
  picture.setAttribute("height", "136");
  picture.innerHTML = '<rect width="68" height="68"/><text x="34" y="35" font-size="32" font-weight="700" text-anchor="middle" dominant-baseline="central"/>';
  picture.firstChild.setAttribute("fill", ground);
  picture.lastChild.setAttribute("fill", fill);
  picture.lastChild.setAttribute("font-family", fontFamily);
  picture.lastChild.textContent = letter.textContent;
  return `data:image/svg+xml;utf8,${encodeURIComponent(new XMLSerializer().serializeToString(picture))}`;
}

function strand(id, node, whose) {
  // Two of them cross again and again, as in the drawing.
  const me = drawing.querySelector("[data-id=me]").dataset;
  const turns = Math.max(2, Math.round(Math.hypot(node.dataset.x - me.x, node.dataset.y - me.y) / HALF_TURN));
  const side = whose === "mine" ? 1 : -1;
  return {
    group: "edges",
    classes: `strand ${whose}`,
    data: {
      id: `${whose}-${id}`, source: "me", target: id,
      distances: Array.from({ length: turns }, (_, turn) => side * (turn % 2 ? -8 : 8)),
      weights: Array.from({ length: turns }, (_, turn) => (turn + 0.5) / turns),
    },
  };
}

function elements() {
  const found = [];
  for (const node of drawing.querySelectorAll("[data-id]")) {
    const { id, x, y, radius, community = "", cord } = node.dataset;
    const face = drawing.querySelector(`[data-face="${id}"]`);
    const seal = face.querySelector(".seal");
    const tone = [...node.classList].find((name) => name.startsWith("tone-"));
    found.push({
      group: "nodes",
      position: { x: Number(x), y: Number(y) },
      classes: node.classList.contains("is-far") ? "far" : "near",
      data: {
        id,
        community,
        size: 2 * radius,
        name: face.querySelector(".label").textContent,
        tone: tone ? colour(`--mu-g${tone.slice(5)}`) : colour("--mu-ink"),
        face: seal ? pictureOf(seal) : face.querySelector("image").getAttribute("href"),
      },
    });
    if (cord === "friend") found.push(strand(id, node, "mine"), strand(id, node, "theirs"));
    else if (cord) found.push({ group: "edges", classes: cord, data: { id: `me-${id}`, source: "me", target: id } });
  }
  for (const line of drawing.querySelectorAll("[data-from]")) {
    const { from, to } = line.dataset;
    found.push({ group: "edges", classes: "others", data: { id: `${from}-${to}`, source: from, target: to } });
  }
  return found;
}

function looks() {
  const [ink, surface, ai, kin, quiet, focus] =
    ["--mu-ink", "--mu-surface", "--mu-ai", "--mu-kin", "--mu-ink-3", "--mu-focus"].map((name) => colour(name));
  const font = getComputedStyle(document.body).fontFamily;
  return [
    { selector: "node", style: {
      width: "data(size)", height: "data(size)", "background-color": surface, "background-image": "data(face)", "background-fit": "cover", "border-width": 2, "border-color": "data(tone)",
      label: "data(name)", color: ink, "font-family": font, "font-size": 13, "text-valign": "bottom", "text-margin-y": 4,
      "text-outline-color": surface, "text-outline-width": 2, "min-zoomed-font-size": 7 } },
    { selector: "edge", style: { width: 1.2, "line-color": quiet, "curve-style": "straight", "line-opacity": .7 } },
    { selector: ".mine", style: { width: 2, "line-color": ai, "line-opacity": 1, "target-arrow-shape": "triangle", "target-arrow-color": ai } },
    { selector: ".theirs", style: { width: 2, "line-color": kin, "line-opacity": 1, "source-arrow-shape": "triangle", "source-arrow-color": kin } },
    { selector: ".strand", style: {
      "curve-style": "unbundled-bezier", "control-point-distances": "data(distances)", "control-point-weights": "data(weights)",
      "source-arrow-shape": "none", "target-arrow-shape": "none" } },
    { selector: ".faded", style: { opacity: .25 } },
    { selector: ".chosen", style: { "border-width": 5, "border-color": focus } },
  ];
}

function choose(id) {
  for (const row of document.querySelectorAll(".circle-list li")) row.classList.toggle("is-chosen", row.dataset.id === id);
  const row = document.querySelector(`.circle-list li[data-id="${id}"]`);
  panel.hidden = !row;
  panel.replaceChildren(...(row ? [row.querySelector("template").content.cloneNode(true)] : []));
  cy.elements().removeClass("faded chosen");
  if (row) {
    const node = cy.$id(id);
    cy.elements().not(node.closedNeighborhood()).addClass("faded");
    node.addClass("chosen");
  }
}

function zoom(by) {
  const middle = { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 };
  cy.zoom({ level: cy.zoom() * by, renderedPosition: middle });
}

function goTo(which) {
  choose("");
  const part = which === "all" ? cy.nodes(":visible") : cy.nodes(`[community = "${which}"]:visible`);
  if (which !== "all") cy.elements().not(part.union(part.connectedEdges()).union(cy.$id("me"))).addClass("faded");
  cy.stop().animate({ fit: { eles: part, padding: 50 } }, { duration: pace });
}

function showFar() {
  cy.nodes(".far").style("display", document.getElementById("circle-far")?.checked === false ? "none" : "element");
}

function begin() {
  cy = window.cytoscape({
    container: canvas, elements: elements(), style: looks(), layout: { name: "preset" },
    minZoom: 0.3, maxZoom: 3, autoungrabify: false, boxSelectionEnabled: false, selectionType: "single",
  });
  cy.on("tap", (event) => {
    choose(event.target === cy || event.target.isEdge() ? "" : event.target.id());
    panel.scrollIntoView({ block: "nearest" });
  });
  cy.fit(undefined, 30);
}

function explore(on) {
  press.setAttribute("aria-pressed", String(on));
  const [label, other] = [press.querySelector("span").textContent, press.dataset.other];
  press.querySelector("span").textContent = other;
  press.dataset.other = label;
  box.classList.toggle("is-exploring", on);
  box.querySelector(".circle-explore").hidden = !on;
  if (on) {
    begin();
    showFar();
  } else {
    choose("");
    cy.destroy();
    cy = null;
  }
}

press.addEventListener("click", async () => {
  // Not a module: it leaves its name on the window. Where it does not come, the drawing stays.
  await import(box.dataset.circle);
  explore(!cy);
});
box.addEventListener("click", (event) => {
  const target = event.target.closest("a[href^='#community-']");
  if (target) document.querySelector(target.getAttribute("href")).open = true;
});
box.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-zoom], [data-focus]");
  if (tool?.dataset.zoom) zoom(Number(tool.dataset.zoom));
  else if (tool) goTo(tool.dataset.focus);
});
box.addEventListener("change", (event) => {
  if (cy && event.target.id === "circle-far") showFar();
});
canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in MOVES) cy.panBy({ x: MOVES[event.key][0], y: MOVES[event.key][1] });
  else if (event.key in ZOOMS) zoom(ZOOMS[event.key]);
  else if (event.key === "0") goTo("all");
  else if (event.key === "Escape") choose("");
  else return;
  event.preventDefault();
});
// Whoever goes through the list sees in the picture whom it is about.
document.querySelector(".circle-list").addEventListener("focusin", (event) => {
  const row = event.target.closest("li");
  if (cy && row) choose(row.dataset.id);
});
// Colours are read when the picture is made.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy?.style(looks()));
press.parentElement.hidden = false;
