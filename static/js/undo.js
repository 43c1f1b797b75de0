// What offers to take a deed back for five seconds, and waits while the pointer or the focus is on it: a toast, or a
// form that stands beside what was done.

const SHOWN_FOR = 5000;
let current;

// What was offered holds no longer: the deed was taken back, or done anew, where it was done.
export function withdrawUndo() {
  current?.remove();
}

export function offerUndo(sentence, label, undo) {
  withdrawUndo();
  const toast = document.createElement("div");
  toast.className = "undo";
  toast.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = sentence;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm keep";
  button.textContent = label;
  toast.append(words, button);
  document.body.append(toast);
  current = toast;
  showBriefly(toast);
  button.addEventListener("click", () => {
    toast.remove();
    undo();
  });
}

export function start() {
  document.querySelectorAll("[data-brief]").forEach((form) => {
    delete form.dataset.brief;
    showBriefly(form);
  });
}

function showBriefly(offer) {
  let timer;
  const hold = () => clearTimeout(timer);
  const wait = () => {
    hold();
    timer = setTimeout(() => { if (!offer.matches(":hover, :focus-within")) offer.remove(); }, SHOWN_FOR);
  };
  offer.addEventListener("pointerenter", hold);
  offer.addEventListener("pointerleave", wait);
  offer.addEventListener("focusin", hold);
  offer.addEventListener("focusout", wait);
  wait();
}
