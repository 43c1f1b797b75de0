// Counts what is not saved yet into the form's foot, and asks before such a page is left.

import { fill } from "./announce.js";

const watched = new Map();

function snapshot(form) {
  const values = new Map();
  for (const [name, value] of new FormData(form)) {
    const said = value instanceof File ? value.name : value;
    values.set(name, `${values.get(name) ?? ""}\n${said}`);
  }
  return values;
}

function changed(form) {
  const before = watched.get(form);
  const now = snapshot(form);
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].filter((name) => before.get(name) !== now.get(name)).length;
}

function show(form) {
  const n = changed(form);
  const output = form.querySelector("[data-changes-output]");
  if (output) output.textContent = n ? fill(form.dataset.changes, { n }) : "";
}

document.addEventListener("input", (event) => {
  if (watched.has(event.target.form)) show(event.target.form);
});

document.addEventListener("reset", (event) => {
  if (watched.has(event.target)) setTimeout(() => show(event.target));
});

window.addEventListener("beforeunload", (event) => {
  for (const form of watched.keys()) {
    if (form.isConnected && !("sent" in form.dataset) && changed(form)) event.preventDefault();
  }
});

export function start(root) {
  for (const form of root.querySelectorAll("form[data-changes]")) {
    if (!watched.has(form)) watched.set(form, snapshot(form));
  }
}
