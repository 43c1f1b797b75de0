// Entry: behaviour that every page may need, and the parts that a page asks for by an attribute.
// Each page is whole without any of this.

import "./busy.js";
import "./htmx_glue.js";

const PARTS = {
  "[data-brief]": "./undo.js",
  "[data-limit]": "./counter.js",
  "[data-holder]": "./holder.js",
  "[data-kana]": "./kana.js",
  "form[data-changes]": "./changes.js",
  "form[data-draft]": "./drafts.js",
  "[data-live]": "./live.js",
  "[data-sortable]": "./sortable.js",
  "[data-upload]": "./upload.js",
  "[data-covers]": "./covers.js",
  "[data-viewer]": "./viewer.js",
  "[data-postal]": "./postal.js",
  "[data-skill-names]": "./skill_names.js",
  "[data-reveal]": "./reveal.js",
  "[data-rows]": "./rows.js",
  "[data-print]": "./print.js",
  ".filters-sheet": "./filters.js",
};

async function start() {
  for (const [selector, path] of Object.entries(PARTS)) {
    if (document.querySelector(selector)) {
      (await import(path)).start(document);
    }
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-back]") && window.history.length > 1) {
    event.preventDefault();
    window.history.back();
  }
});

document.documentElement.classList.add("js");
document.addEventListener("htmx:after:swap", start);
await start();
document.documentElement.dataset.ready = "";
