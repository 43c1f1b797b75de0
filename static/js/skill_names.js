// Completes names of skills from what others use: a combobox with a list, by arrows, Enter and Escape.
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

function attach(input) {
  const list = listFor(input);
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.autocomplete = "off";
  let timer;
  let at = -1;

  const options = () => [...list.children];

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point(index) {
    at = (index + options().length) % options().length;
    options().forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    options()[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options()[at].id);
  }

  function take(option) {
    input.value = option.textContent;
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
    input.setAttribute("aria-expanded", "true");
    announce(String(list.children.length));
  }

  async function ask() {
    const typed = input.value.trim();
    if (!typed) return close();
    try {
      const answer = await fetch(`${input.dataset.skillNames}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
      if (answer.ok && input.value.trim() === typed && document.activeElement === input) show(await answer.json());
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
}

export function start(root) {
  for (const input of root.querySelectorAll("[data-skill-names]:not([role])")) attach(input);
}
