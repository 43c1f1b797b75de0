// Completes names of skills from what others use: a combobox with a list, by arrows, Enter and Escape; in a text area
// the line that is being typed, for it holds one name a line.
// data-skill-names holds the address that answers ?q= with a JSON list of names; a .combo stands around the input already,
// for an input that is moved while someone types loses the focus and what is typed.

import { announce } from "./announce.js";

const WAIT = 150;

function listFor(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-names`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  list.hidden = true;
  return list;
}

// Where the name that is being typed begins and ends.
function part(input) {
  const text = input.value;
  if (!input.matches("textarea")) return [0, text.length];
  const start = text.slice(0, input.selectionStart).lastIndexOf("\n") + 1;
  const end = text.indexOf("\n", start);
  return [start, end < 0 ? text.length : end];
}

const typedIn = (input) => input.value.slice(...part(input)).trim();

function attach(input) {
  const list = listFor(input);
  input.after(list);
  // A text area stays one: what it may not be called, it does not say.
  const isCombobox = !input.matches("textarea");
  if (isCombobox) input.setAttribute("role", "combobox");
  const expand = (isOpen) => { if (isCombobox) input.setAttribute("aria-expanded", String(isOpen)); };
  input.setAttribute("aria-autocomplete", "list");
  expand(false);
  input.setAttribute("aria-controls", list.id);
  input.autocomplete = "off";
  let timer;
  let at = -1;

  const options = () => [...list.children];

  function close() {
    list.hidden = true;
    at = -1;
    expand(false);
    input.removeAttribute("aria-activedescendant");
  }

  function point(index) {
    at = (index + options().length) % options().length;
    options().forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    options()[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options()[at].id);
  }

  function take(option) {
    input.setRangeText(option.textContent, ...part(input), "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(timer);
    close();
  }

  function show(names) {
    list.replaceChildren(...names.slice(0, 8).map((name, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = name;
      return option;
    }));
    if (!names.length) return close();
    list.hidden = false;
    at = -1;
    expand(true);
    announce(String(list.children.length));
  }

  async function ask() {
    const typed = typedIn(input);
    if (!typed) return close();
    try {
      const answer = await fetch(`${input.dataset.skillNames}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
      if (answer.ok && typedIn(input) === typed && document.activeElement === input) show(await answer.json());
    } catch {
      close();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at < 0 ? -1 : at - 1);
    else if (event.key === "Enter" && at >= 0) take(options()[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest('[role="option"]');
    if (option) take(option);
  });
  // Who began to type before this script had come is answered too.
  if (document.activeElement === input && input.value !== input.defaultValue) ask();
}

export function start(root) {
  for (const input of root.querySelectorAll("[data-skill-names]:not([aria-autocomplete])")) attach(input);
}
