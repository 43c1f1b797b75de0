// Choosing and sending files: drop zone, size said before it is sent, a bar with 25/50/75/100 spoken, and a way to stop.

import { announce, fill } from "./announce.js";

const megabytes = (bytes) => (bytes / 1048576).toLocaleString(undefined, { maximumFractionDigits: 1 });
const zoneOf = (node) => node.closest?.("[data-upload]");
const stateOf = (zone) => zone.querySelector(".upload-state");

function line(words, className = "") {
  const paragraph = document.createElement("p");
  paragraph.className = className;
  paragraph.textContent = words;
  return paragraph;
}

function chosen(zone) {
  const input = zone.querySelector('input[type="file"]');
  const files = [...input.files];
  const large = files.find((file) => file.size > Number(zone.dataset.max));
  if (large) {
    input.value = "";
    stateOf(zone).replaceChildren(line(fill(zone.dataset.tooLarge, { size: megabytes(large.size) }), "field-error"));
    announce(stateOf(zone).textContent);
    return;
  }
  stateOf(zone).replaceChildren(...files.map((file) => line(`${file.name} / ${megabytes(file.size)} MB`)));
  preview(zone, files[0]);
}

function preview(zone, file) {
  const face = zone.querySelector(".face");
  if (!face || !file?.type.startsWith("image/")) return;
  const picture = document.createElement("img");
  picture.className = "face";
  picture.alt = "";
  picture.width = picture.height = 88;
  picture.src = URL.createObjectURL(file);
  face.replaceWith(picture);
}

// A form with a file is sent by XMLHttpRequest, which alone tells how far it is; its answer then becomes the page.
function send(form, zone, submitter) {
  const request = new XMLHttpRequest();
  const bar = document.createElement("progress");
  bar.className = "meter";
  bar.max = 100;
  bar.setAttribute("aria-label", zone.dataset.sent.split("{")[0] || form.title || "0%");
  const words = line("");
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "btn btn-quiet btn-sm";
  stop.textContent = zone.dataset.stop;
  stop.addEventListener("click", () => request.abort());
  stateOf(zone).replaceChildren(bar, words, stop);

  let spoken = 0;
  request.upload.addEventListener("progress", (event) => {
    const percent = Math.floor((event.loaded / event.total) * 100);
    bar.value = percent;
    words.textContent = fill(zone.dataset.sent, { total: megabytes(event.total), sent: megabytes(event.loaded) });
    const step = Math.floor(percent / 25) * 25;
    if (step > spoken) {
      spoken = step;
      announce(fill(zone.dataset.percent, { percent: step }));
    }
  });
  request.addEventListener("abort", () => {
    stateOf(zone).replaceChildren(line(zone.dataset.stopped));
    announce(zone.dataset.stopped);
    form.dispatchEvent(new CustomEvent("htmx:finally:request", { bubbles: true }));
  });
  // Not reached at all: the browser's own way shows what is wrong.
  request.addEventListener("error", () => form.submit());
  request.addEventListener("load", () => {
    const moved = request.responseURL && request.responseURL !== new URL(form.action, window.location.href).href;
    if (request.status < 400 && moved) {
      window.location.assign(request.responseURL);
    } else {
      showAnswer(request.responseText, request.responseURL);
    }
  });
  request.open("POST", form.action);
  request.send(new FormData(form, submitter));
}

// An answer without a redirect (422 with the form filled again, 413, 415): only its body replaces ours, the scripts
// of the page stay.
function showAnswer(html, url) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.body.replaceWith(page.body);
  window.history.replaceState(null, "", url);
  window.htmx?.process(document.body);
  document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx: {} } }));
  window.scrollTo(0, 0);
  document.querySelector("[autofocus]")?.focus();
}

document.addEventListener("change", (event) => {
  const zone = event.target.matches?.('input[type="file"]') && zoneOf(event.target);
  if (zone) chosen(zone);
});

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = zoneOf(event.target);
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) {
      const input = zone.querySelector('input[type="file"]');
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-post")) return;
  const zone = [...form.querySelectorAll("[data-upload]")].find((each) => each.querySelector('input[type="file"]').files.length);
  if (!zone) return;
  event.preventDefault();
  send(form, zone, event.submitter);
});

export function start() {}
