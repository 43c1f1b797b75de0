// Choosing and sending files: drop zone, size said before it is sent, a bar with 25/50/75/100 spoken, and a way to stop.

import { announce, fill } from "./announce.js";

// The smallest file is not nothing.
export const megabytes = (bytes) => Math.max(bytes / 1048576, .1).toLocaleString(undefined, { maximumFractionDigits: 1 });
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
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (large || total > Number(zone.dataset.maxTotal)) {
    input.value = "";
    const sentence = large ? zone.dataset.tooLarge : zone.dataset.tooMuch;
    refuse(zone, [fill(sentence, { size: megabytes(large?.size ?? total) })]);
    return;
  }
  stateOf(zone).replaceChildren(...files.map((file) => line(`${file.name} / ${megabytes(file.size)} MB`)));
  preview(zone, files[0]);
}

function refuse(zone, sentences) {
  stateOf(zone).replaceChildren(...sentences.map((each) => line(each, "field-error")));
  announce(sentences.join(" "));
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
    letGo(form);
  });
  // Not reached at all, or hung up on before everything was sent: what was typed stands only here.
  request.addEventListener("error", () => leaveAlone(form, zone, []));
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("HX-Redirect");
    if (next) {
      goOn(next);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    // What was taken may lead back to the same address; a refusal never comes below 400.
    if (request.status < 400 || page.querySelector("main form")) {
      showAnswer(page, request.responseURL);
    } else {
      leaveAlone(form, zone, [...page.querySelectorAll(".error-page > h1, .error-page > p")]);
    }
  });
  request.open("POST", form.action);
  // Where it leads is opened by the browser: what the next page says, it says once.
  request.setRequestHeader("X-Sent-By-Script", "1");
  request.send(new FormData(form, submitter));
}

function goOn(address) {
  const next = new URL(address, window.location.href);
  // To another part of this very page a browser only scrolls.
  if (next.pathname === window.location.pathname && next.search === window.location.search) next.hash = "";
  window.location.assign(next);
}

function letGo(form) {
  form.dispatchEvent(new CustomEvent("htmx:finally:request", { bubbles: true }));
}

// A refusal that brings no form back says so beside the files: the page in its place would take along what was typed.
function leaveAlone(form, zone, words) {
  refuse(zone, [zone.dataset.unsent, ...words.map((each) => each.textContent)]);
  letGo(form);
}

// An answer without a redirect that has a form (422 with everything filled in again, 401): only its body replaces
// ours, the scripts of the page stay.
function showAnswer(page, url) {
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

function sendWithBar(event) {
  const form = event.target;
  if (event.defaultPrevented) return;
  const zone = [...form.querySelectorAll("[data-upload]")].find((each) => each.querySelector('input[type="file"]').files.length);
  if (!zone) return;
  event.preventDefault();
  // htmx would send it as well, and cannot tell how far it is.
  if (form.hasAttribute("hx-post")) event.stopPropagation();
  send(form, zone, event.submitter);
}

// A form that htmx sends is caught before htmx sees it, every other one after those who may keep it back.
document.addEventListener("submit", (event) => { if (event.target.hasAttribute("hx-post")) sendWithBar(event); }, true);
document.addEventListener("submit", (event) => { if (!event.target.hasAttribute("hx-post")) sendWithBar(event); });

export function start() {}
