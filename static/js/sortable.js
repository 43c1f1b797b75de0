// A list is put in order by dragging its rows; the arrow buttons do the same with the keyboard and without script.

import { announce } from "./announce.js";
import { tellUnreachable } from "./undo.js";

const rowsOf = (list) => [...list.querySelectorAll(":scope > [data-id]")];

async function save(list, before) {
  const body = new FormData();
  body.set("csrf_token", list.dataset.csrf);
  const rows = rowsOf(list);
  for (const row of rows) body.append("ids", row.dataset.id);
  // What the list shows must be what is kept.
  let answer;
  try {
    answer = await fetch(list.dataset.sortable, { method: "POST", body, headers: { "HX-Request": "true" } });
  } catch {
    list.append(...before);
    tellUnreachable();
    return;
  }
  if (!answer.ok) {
    window.location.reload();
    return;
  }
  rows.forEach((row, index) => {
    const [up, down] = row.querySelectorAll(".moves button");
    up.toggleAttribute("aria-disabled", false);
    down.toggleAttribute("aria-disabled", false);
    if (index === 0) up.setAttribute("aria-disabled", "true");
    if (index === rows.length - 1) down.setAttribute("aria-disabled", "true");
  });
  announce(list.dataset.done);
}

export async function start(root) {
  const lists = [...root.querySelectorAll("[data-sortable]:not(.is-sortable)")];
  if (!lists.length) return;
  lists.forEach((list) => list.classList.add("is-sortable"));
  // Not a module: it leaves its name on the window.
  await import("../vendor/Sortable.min.js");
  for (const list of lists) {
    let before;
    window.Sortable.create(list, {
      handle: ".grip",
      draggable: "[data-id]",
      ghostClass: "is-lifted",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      onStart: () => { before = rowsOf(list); },
      onEnd: (event) => { if (event.oldIndex !== event.newIndex) save(list, before); },
    });
  }
}
