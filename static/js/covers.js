// Papers before they are sent: each chosen picture is shown, judged for its light, and parts of it can be covered. What is
// sent is the covered picture, drawn anew: its place, camera and what lies under the cover never leave the browser.

import { announce, fill } from "./announce.js";
import { megabytes } from "./upload.js";

const LONGEST = 2400;
const DARK = 60;
const STEP = 20;
// A finger that only taps moves a little.
const TAP = 6;

function element(name, className = "", words = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = words;
  return made;
}

function button(words, label, deed) {
  const made = element("button", "btn btn-quiet btn-sm", words);
  made.type = "button";
  made.setAttribute("aria-label", `${words}, ${label}`);
  made.addEventListener("click", deed);
  return made;
}

// The picture upright and small enough, or null for what this browser cannot show (HEIC in most, PDF in all).
async function drawn(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return canvas;
  } catch {
    return null;
  }
}

function light(canvas) {
  const small = document.createElement("canvas");
  small.width = small.height = 64;
  const context = small.getContext("2d");
  context.drawImage(canvas, 0, 0, 64, 64);
  const { data } = context.getImageData(0, 0, 64, 64);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += data[at] * .3 + data[at + 1] * .59 + data[at + 2] * .11;
  return sum / (data.length / 4);
}

async function asFile(canvas, name) {
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", .9); });
  return new File([blob], name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
}

// The dialog in which boxes are drawn over a picture; resolves to a covered canvas, or null when it was left.
function cover(canvas, zone, name) {
  const box = element("dialog", "cover-box");
  const title = element("h2", "", fill(zone.dataset.coverTitle, { name }));
  const shown = document.createElement("canvas");
  shown.width = canvas.width;
  shown.height = canvas.height;
  shown.tabIndex = 0;
  shown.setAttribute("role", "img");
  shown.setAttribute("aria-label", title.textContent);
  const context = shown.getContext("2d");
  const boxes = [];
  const unit = Math.max(canvas.width, canvas.height) / 12;
  let frame = { left: canvas.width / 2 - unit, top: canvas.height / 2 - unit / 2, width: unit * 2, height: unit };
  let from = null;
  let before = frame;

  function draw() {
    context.drawImage(canvas, 0, 0);
    context.fillStyle = "#000";
    for (const each of boxes) context.fillRect(each.left, each.top, each.width, each.height);
    context.strokeStyle = "#0b62c4";
    context.lineWidth = Math.max(shown.width / 300, 2);
    context.strokeRect(frame.left, frame.top, frame.width, frame.height);
  }

  function place(event) {
    const size = shown.getBoundingClientRect();
    return { x: (event.clientX - size.left) * shown.width / size.width, y: (event.clientY - size.top) * shown.height / size.height };
  }

  shown.addEventListener("pointerdown", (event) => {
    if (from || !event.isPrimary || event.button) return;
    from = place(event);
    before = frame;
    frame = { left: from.x, top: from.y, width: 0, height: 0 };
    shown.setPointerCapture(event.pointerId);
  });
  shown.addEventListener("pointermove", (event) => {
    if (!from || !event.isPrimary) return;
    const to = place(event);
    frame = { left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
    draw();
  });
  // Nothing was drawn by a tap, nor when the browser took the pointer away: the frame stands where it stood.
  function letGo(isDrawn) {
    if (!from) return;
    from = null;
    if (isDrawn) boxes.push(frame);
    else frame = before;
    draw();
  }
  shown.addEventListener("pointerup", (event) => {
    const least = TAP * shown.width / shown.getBoundingClientRect().width;
    if (event.isPrimary) letGo(Math.max(frame.width, frame.height) > least && Math.min(frame.width, frame.height) > least / 3);
  });
  shown.addEventListener("pointercancel", (event) => { if (event.isPrimary) letGo(false); });
  shown.addEventListener("keydown", (event) => {
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (x || y) {
      event.preventDefault();
      const step = shown.width / (STEP * 2);
      if (event.shiftKey) frame = { ...frame, width: Math.max(frame.width + x * step, step), height: Math.max(frame.height + y * step, step) };
      else frame = { ...frame, left: frame.left + x * step, top: frame.top + y * step };
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      boxes.push(frame);
      announce(zone.dataset.covered);
      draw();
    }
  });

  const deeds = element("div", "beside");
  const done = element("button", "btn btn-primary", zone.dataset.coverDone);
  const back = element("button", "btn btn-line", zone.dataset.coverBack);
  const leave = element("button", "btn btn-quiet", zone.dataset.takeAway);
  for (const each of [done, back, leave]) each.type = "button";
  deeds.append(done, back, leave);
  box.append(title, element("p", "second", zone.dataset.coverHelp), shown, deeds);
  document.body.append(box);
  box.showModal();
  draw();
  shown.focus();
  return new Promise((resolve) => {
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue === "done" ? boxes : null);
    });
    back.addEventListener("click", () => { boxes.pop(); draw(); });
    leave.addEventListener("click", () => box.close("left"));
    done.addEventListener("click", () => box.close("done"));
  });
}

class Papers {
  constructor(zone) {
    this.zone = zone;
    this.input = zone.querySelector('input[type="file"]');
    this.form = this.input.form;
    this.state = zone.querySelector(".upload-state");
    this.chosen = [];
    this.underway = 0;
    this.input.addEventListener("change", (event) => {
      event.stopImmediatePropagation();
      this.choose();
    });
    // Before any other script sees it: what is not drawn yet could go as it was chosen, uncovered.
    window.addEventListener("submit", (event) => this.holdBack(event), true);
    // What was stopped or not taken is still chosen.
    this.form.addEventListener("htmx:finally:request", () => {
      if (this.chosen.length) this.show([...this.state.children].filter((each) => each.matches("p")));
    });
    // A browser that comes back to the page fills in what was chosen, but not what was covered.
    if (this.input.files.length) this.choose();
    else this.keep();
  }

  holdBack(event) {
    if (event.target !== this.form || !this.underway) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    announce(this.zone.dataset.wait);
  }

  // Nothing is handed in while this runs.
  async busily(work) {
    this.underway += 1;
    this.form.setAttribute("aria-busy", "true");
    this.form.elements.checked.value = "";
    try {
      await work();
    } finally {
      this.underway -= 1;
      if (!this.underway) this.form.removeAttribute("aria-busy");
    }
  }

  // Whoever chooses once more adds to what is there, as the front and the back of a card are two pictures.
  async choose() {
    const files = [...this.input.files];
    const large = files.find((file) => file.size > Number(this.zone.dataset.max));
    if (large) {
      this.refuse(fill(this.zone.dataset.tooLarge, { size: megabytes(large.size) }));
      return;
    }
    const added = [];
    this.show([element("p", "second", this.zone.dataset.wait)]);
    await this.busily(async () => {
      for (const file of files) added.push(await this.opened(file));
    });
    const total = [...this.chosen, ...added].reduce((sum, each) => sum + each.file.size, 0);
    if (total > Number(this.zone.dataset.maxTotal)) {
      this.refuse(fill(this.zone.dataset.tooMuch, { size: megabytes(total) }));
      return;
    }
    this.chosen.push(...added);
    this.show();
    const cares = added.filter((each) => each.care);
    if (cares.length) announce(cares.map((each) => `${each.name} ${each.care}`).join(" "));
  }

  async opened(file) {
    const canvas = await drawn(file);
    if (!canvas) return { name: file.name, canvas, file, care: this.zone.dataset.unseen };
    const care = light(canvas) < DARK ? this.zone.dataset.dark : "";
    return { name: file.name, canvas, file: await asFile(canvas, file.name), care };
  }

  refuse(sentence) {
    this.show([element("p", "field-error", sentence)]);
    announce(sentence);
  }

  // The field holds what is to be sent; the form says whether all of it was seen.
  keep() {
    const transfer = new DataTransfer();
    for (const each of this.chosen) transfer.items.add(each.file);
    this.input.files = transfer.files;
    this.form.elements.checked.value = this.chosen.length && this.chosen.every((each) => each.canvas) ? "yes" : "";
  }

  // The field and the list below it never differ; `above` stands over the list.
  show(above = []) {
    this.keep();
    const list = element("ul", "paper-pages");
    list.setAttribute("role", "list");
    list.append(...this.chosen.map((each) => this.row(each)));
    this.state.replaceChildren(...above, ...(this.chosen.length ? [list] : []));
  }

  row(each) {
    const item = document.createElement("li");
    const told = document.createElement("div");
    told.append(element("b", "", each.name), element("p", "second", `${megabytes(each.file.size)} MB`));
    if (each.canvas) {
      const small = document.createElement("canvas");
      small.width = 232;
      small.height = 152;
      const scale = Math.min(232 / each.canvas.width, 152 / each.canvas.height);
      const [width, height] = [each.canvas.width * scale, each.canvas.height * scale];
      small.getContext("2d").drawImage(each.canvas, (232 - width) / 2, (152 - height) / 2, width, height);
      item.append(small);
    }
    told.append(element("p", each.care ? "upload-care" : "upload-done", each.care || this.zone.dataset.bright));
    each.coverButton = button(this.zone.dataset.cover, each.name, () => this.cover(each));
    each.removeButton = button(this.zone.dataset.takeAway, each.name, () => this.remove(each));
    const deeds = element("div", "beside");
    deeds.append(...(each.canvas ? [each.coverButton] : []), each.removeButton);
    told.append(deeds);
    item.append(told);
    return item;
  }

  // The next one's button takes the place of the one that is gone.
  remove(each) {
    const place = this.chosen.indexOf(each);
    this.chosen.splice(place, 1);
    this.show();
    const next = this.chosen[place] ?? this.chosen.at(-1);
    (next?.removeButton ?? this.input).focus();
  }

  async cover(each) {
    const boxes = await cover(each.canvas, this.zone, each.name);
    if (boxes?.length) {
      const context = each.canvas.getContext("2d");
      context.fillStyle = "#000";
      for (const box of boxes) context.fillRect(box.left, box.top, box.width, box.height);
      await this.busily(async () => { each.file = await asFile(each.canvas, each.name); });
      this.show();
      announce(this.zone.dataset.covered);
    }
    each.coverButton.focus();
  }
}

const known = new WeakSet();

export function start(root) {
  for (const zone of root.querySelectorAll("[data-covers]")) {
    if (!known.has(zone)) {
      known.add(zone);
      new Papers(zone);
    }
  }
}
