// Rows of a form that one can add to and empty. An emptied row stays in the form: the server drops rows without words.

import { announce, fill } from "./announce.js";

const rowsOf = (list) => [...list.querySelectorAll(":scope > .form-row")];
const shown = (list) => rowsOf(list).filter((row) => !row.hidden);

function changed(list) {
  list.dispatchEvent(new Event("input", { bubbles: true }));
  list.querySelector("input, select")?.dispatchEvent(new Event("input", { bubbles: true }));
}

function clear(row) {
  for (const input of row.querySelectorAll("input, textarea")) input.value = "";
  for (const select of row.querySelectorAll("select")) select.selectedIndex = 0;
  row.querySelectorAll(".field-error").forEach((error) => error.remove());
  row.querySelectorAll(".has-error").forEach((field) => field.classList.remove("has-error"));
}

// schools-3-name → schools-4-name, in every attribute that names it.
function renumber(row, n) {
  for (const node of row.querySelectorAll("*")) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      const value = node.getAttribute(name);
      if (value) node.setAttribute(name, value.replace(/-\d+(?=-|$)/, `-${n}`));
    }
  }
}

function dress(list, row) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm keep";
  button.textContent = fill(list.dataset.remove, { n: rowsOf(list).indexOf(row) + 1 });
  button.addEventListener("click", () => {
    clear(row);
    row.hidden = shown(list).length > 1;
    changed(list);
    announce(list.dataset.removed);
    (row.hidden ? list.querySelector(":scope > .btn") : row.querySelector("input")).focus();
  });
  row.append(button);
}

function add(list) {
  const rows = rowsOf(list);
  let row = rows.find((each) => each.hidden);
  if (row) {
    row.hidden = false;
  } else if (rows.length < Number(list.dataset.most)) {
    row = rows.at(-1).cloneNode(true);
    row.querySelector(":scope > .btn").remove();
    renumber(row, rows.length);
    clear(row);
    rows.at(-1).after(row);
    dress(list, row);
  }
  row?.querySelector("input, select").focus();
}

export function start(root) {
  for (const list of root.querySelectorAll("[data-rows]:not(.is-ready)")) {
    list.classList.add("is-ready");
    rowsOf(list).forEach((row) => dress(list, row));
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-line btn-sm";
    button.textContent = list.dataset.add;
    button.addEventListener("click", () => add(list));
    list.append(button);
  }
}
