// A form is sent once: its button keeps its width, becomes aria-busy, and turns a spinner after 300 ms.

const SPINNER_AFTER = 300;
const AGAIN_AFTER = 15000;

function pressed(event) {
  return event.submitter ?? event.target.querySelector('button[type="submit"], button:not([type])');
}

export function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) {
    button.removeAttribute("aria-busy");
    button.classList.remove("is-waiting");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (event.defaultPrevented) return;
  form.dataset.sent = "";
  const button = pressed(event);
  if (button) {
    button.setAttribute("aria-busy", "true");
    setTimeout(() => {
      if (button.getAttribute("aria-busy") === "true") button.classList.add("is-waiting");
    }, SPINNER_AFTER);
  }
  // An answer that never came must not lock the form for good.
  setTimeout(() => release(form), AGAIN_AFTER);
}, true);

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

// Back from another page out of the browser's cache: everything can be pressed again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(release);
});
