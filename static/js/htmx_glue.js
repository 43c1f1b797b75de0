// What htmx leaves to the page: focus that survives a swap, undo after a toggle, refusals shown as the page they are.

import { announce } from "./announce.js";
import { offerUndo, tellUnreachable, withdrawUndo } from "./undo.js";

const held = new WeakMap();

function placeOf(key) {
  return document.querySelector(`[data-keep-focus="${CSS.escape(key)}"]`);
}

// What the page says back is read out, and is where the focus goes when what was pressed is gone.
function say(flash) {
  if (!flash) return;
  if (document.activeElement === document.body) {
    flash.tabIndex = -1;
    flash.focus();
  } else {
    announce(flash.textContent);
  }
}

// A refusal is a whole page (sign in again, too often, not found). A refused request left nothing behind, so the form
// is sent once more without htmx and the browser shows that page, with what was typed carried along.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response.raw?.status ?? ctx.response.status;
  if (status < 400 || status === 422 || status === 409) return;
  event.preventDefault();
  // What a page sends by itself, nobody waits for.
  if (ctx.sourceEvent?.type === "load") return;
  const form = ctx.sourceElement.closest("form");
  if (form && form.method === "post") {
    form.submit();
  } else {
    window.location.assign(ctx.request.action);
  }
});

// What somebody pressed may not fail without a word; what a page asks by itself may.
document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (ctx && !ctx.response && ctx.sourceEvent?.type !== "load") tellUnreachable();
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const source = ctx.sourceElement;
  document.querySelectorAll(".error-summary, .flash").forEach((box) => { box.dataset.seen = ""; });
  const focused = document.activeElement?.closest?.("[data-keep-focus]");
  held.set(ctx, {
    focus: focused?.dataset.keepFocus,
    toggled: source.matches?.("[data-keep-focus^=follow-]"),
    undo: source.dataset?.undo && { sentence: source.dataset.undo, label: source.dataset.undoLabel, key: source.dataset.keepFocus },
  });
});

function goOn(ctx) {
  const { focus, toggled, undo } = held.get(ctx) ?? {};
  if (focus) {
    const place = placeOf(focus);
    const target = place?.querySelector("button, a[href], input:not([type=hidden]), select, textarea") ?? place;
    if (target && !target.contains(document.activeElement)) target.focus({ preventScroll: true });
  }
  if (toggled) withdrawUndo();
  if (undo) {
    offerUndo(undo.sentence, undo.label, () => {
      const form = placeOf(undo.key);
      form?.requestSubmit();
      form?.querySelector("button")?.focus();
    });
  }
  document.querySelector(".error-summary:not([data-seen])")?.focus();
  say(document.querySelector(".flash:not([data-seen])"));
}

// When everybody else has dressed what came: a panel that is closed as yet takes no focus.
document.addEventListener("htmx:after:swap", (event) => queueMicrotask(() => goOn(event.detail.ctx)));
