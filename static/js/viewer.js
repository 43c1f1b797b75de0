// The pictures of papers in the office: turned by quarters, made larger and smaller.

const known = new WeakSet();

function tool(words, deed) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-line btn-sm";
  made.textContent = words;
  made.addEventListener("click", deed);
  return made;
}

function equip(viewer) {
  let turned = 0;
  let size = 100;
  const pictures = [...viewer.querySelectorAll("img")];
  // Lying on its side a picture is as wide as it was high: its box changes sides with it (all in per cent of the frame's
  // width), so that every part of it can be scrolled to.
  function show() {
    for (const picture of pictures) {
      const ratio = picture.naturalWidth ? picture.naturalHeight / picture.naturalWidth : 1;
      const width = turned % 180 ? size / ratio : size;
      const wider = turned % 180 ? (size - width) / 2 : 0;
      picture.style.width = `${width}%`;
      picture.style.maxWidth = "none";
      picture.style.margin = `${-wider}% ${wider}%`;
      picture.style.transform = `rotate(${turned}deg)`;
    }
  }
  for (const picture of pictures) picture.addEventListener("load", show);
  const tools = document.createElement("div");
  tools.className = "viewer-tools";
  tools.append(
    tool(viewer.dataset.turn, () => { turned = (turned + 90) % 360; show(); }),
    tool(viewer.dataset.larger, () => { size = Math.min(size * 1.4, 400); show(); }),
    tool(viewer.dataset.smaller, () => { size = Math.max(size / 1.4, 50); show(); }),
  );
  viewer.prepend(tools);
}

export function start(root) {
  for (const viewer of root.querySelectorAll("[data-viewer]")) {
    if (!known.has(viewer)) {
      known.add(viewer);
      equip(viewer);
    }
  }
}
