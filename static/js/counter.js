// How many characters are written of how many: follows every input that has data-limit.

import { fill } from "./announce.js";

// As the server counts them: line breaks are two characters in a form, and one here.
const lengthOf = (text) => [...text.normalize("NFC")].length;

function show(input) {
  const output = document.querySelector(`[data-count-for="${CSS.escape(input.id)}"]`);
  if (!output) return;
  const limit = Number(input.dataset.limit);
  const n = lengthOf(input.value);
  output.textContent = fill(output.dataset.pattern, { n: n.toLocaleString(), limit: limit.toLocaleString() });
  output.classList.toggle("is-over", n > limit);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-limit]")) show(event.target);
});

export function start(root) {
  root.querySelectorAll("[data-limit]").forEach(show);
}
