// The filter panel on a narrow screen: opens as a sheet, folds what was not chosen, and stays as it was after a swap.

const narrow = matchMedia("(max-width: 1099.98px)");
const folded = new Map();
let isOpen = false;
let opener;

const panel = () => document.querySelector(".filters-sheet");
const groups = () => document.querySelectorAll(".filters fieldset > details");
const titleOf = (group) => group.querySelector("summary").firstChild.textContent;

function show(open) {
  isOpen = open;
  panel()?.classList.toggle("is-open", open);
  document.documentElement.classList.toggle("is-still", open);
}

function close() {
  if (!isOpen) return;
  show(false);
  (opener?.isConnected ? opener : document.querySelector('[href="#filters"]'))?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.('[href="#filters"]');
  if (button) {
    event.preventDefault();
    opener = button;
    show(true);
    panel().querySelector(".filters-close")?.focus();
  } else if (isOpen && event.target.closest?.(".filters-close")) {
    event.preventDefault();
    close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

// Only what a hand did is remembered; what start() folds is not a choice.
document.addEventListener("click", (event) => {
  const group = event.target.closest?.(".filters summary")?.parentElement;
  if (group?.parentElement.matches("fieldset")) folded.set(titleOf(group), group.open);
});

narrow.addEventListener("change", () => {
  show(false);
  start();
});

export function start() {
  // On a wide screen every group is open and its title no button.
  for (const group of groups()) {
    group.querySelector("summary").tabIndex = narrow.matches ? 0 : -1;
    group.open ||= !narrow.matches;
  }
  if (!narrow.matches) return;
  for (const group of groups()) {
    group.open = !(folded.get(titleOf(group)) ?? group.hasAttribute("data-fold-small"));
  }
  show(isOpen);
}

document.addEventListener("htmx:after:swap", start);
