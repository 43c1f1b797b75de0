// Counts what is not saved yet into the form's foot, asks before such a page is left, and offers to take a reset back.

import { fill } from "./announce.js";
import { offerUndo } from "./undo.js";

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

// Returns a deed that puts back what stands in the form now.
function holder(form) {
  const typed = [...form.elements].filter(({ type }) => !["fieldset", "output", "hidden", "submit", "reset", "button"].includes(type));
  const deeds = typed.map((each) => {
    if (each.options) {
      const chosen = [...each.options].map(({ selected }) => selected);
      return () => chosen.forEach((selected, n) => { each.options[n].selected = selected; });
    }
    if (each.files) {
      // A reset empties the list itself, so its files are held in another one.
      const held = new DataTransfer();
      for (const file of each.files) held.items.add(file);
      return () => { each.files = held.files; };
    }
    const name = ["checkbox", "radio"].includes(each.type) ? "checked" : "value";
    const before = each[name];
    return () => { each[name] = before; };
  });
  return () => deeds.forEach((putBack) => putBack());
}

document.addEventListener("reset", (event) => {
  const form = event.target;
  if (!watched.has(form)) return;
  const putBack = holder(form);
  const hadChanges = changed(form);
  setTimeout(() => show(form));
  const { undo, undoLabel } = form.querySelector('[type="reset"]')?.dataset ?? {};
  if (hadChanges && undo) {
    offerUndo(undo, undoLabel, () => {
      putBack();
      show(form);
      form.querySelector('[type="reset"]').focus();
    });
  }
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
