// A form saves itself when typing stops, and says so under itself. What is saved comes back when the form is opened again.

const AFTER = 2000;
const AGAIN_AFTER = 10000;

const waiting = new Map();
const onTheWay = new Map();

const lineOf = (form) => form.parentElement.querySelector("[data-draft-line]");

function say(form, sentence, time) {
  const line = lineOf(form);
  if (!line) return;
  line.hidden = !sentence;
  const status = line.querySelector('[role="status"]');
  // The same sentence is not read out again; only the time beside it changes.
  if (status.textContent !== sentence) status.textContent = sentence;
  line.querySelector("[data-draft-time]").textContent = time;
}

// Neither passwords and files nor what the form itself put in, except for its token.
function typedInto(form) {
  const left = new Set([...form.querySelectorAll('input[type="hidden"], input[type="password"]')].map(({ name }) => name));
  const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !left.has(name));
  return new URLSearchParams([["csrf_token", form.elements.csrf_token.value], ...typed]);
}

async function save(form, isLeaving = false) {
  cancel(form);
  const stopping = new AbortController();
  onTheWay.set(form, stopping);
  let answer;
  try {
    const body = typedInto(form);
    answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive: isLeaving, signal: stopping.signal });
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof TypeError)) throw error;
  }
  if (onTheWay.get(form) === stopping) onTheWay.delete(form);
  if (!form.isConnected) return;
  if (answer?.ok) {
    const { sentence, time } = await answer.json();
    say(form, sentence, time);
  } else {
    say(form, lineOf(form)?.dataset.unsaved ?? "", "");
    // What the server refuses it would refuse again; what did not reach it is sent once more.
    if (!answer) later(form, AGAIN_AFTER);
  }
}

function later(form, wait) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), wait));
}

function cancel(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  onTheWay.get(form)?.abort();
  onTheWay.delete(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-draft]")) later(form, AFTER);
});

// What is sent is no draft any more, and what is thrown away must not come back; what another form leads away from is kept.
document.addEventListener("submit", ({ target }) => {
  for (const form of new Set([...waiting.keys(), ...onTheWay.keys()])) {
    if (form === target || lineOf(form)?.contains(target)) cancel(form);
    else save(form, true);
  }
}, true);

document.addEventListener("visibilitychange", () => {
  if (document.hidden) [...waiting.keys()].forEach((form) => form.isConnected && save(form, true));
});

// Who types before this script has come is heard too.
const seen = new WeakSet();
const isTypedInto = (form) => [...form.querySelectorAll("input, textarea")].some(({ value, defaultValue }) => value !== defaultValue);

export function start(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (!seen.has(form) && !waiting.has(form) && isTypedInto(form)) later(form, AFTER);
    seen.add(form);
  }
}
