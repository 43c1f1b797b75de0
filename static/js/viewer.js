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
  function show() {
    for (const picture of pictures) {
      picture.style.width = `${size}%`;
      picture.style.maxWidth = "none";
      picture.style.transform = `rotate(${turned}deg)`;
    }
  }
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
