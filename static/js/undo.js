// A toast that offers to take a deed back for five seconds; it waits while the pointer or the focus is on it.

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

  let timer;
  const wait = () => { timer = setTimeout(() => toast.remove(), SHOWN_FOR); };
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", wait);
  button.addEventListener("click", () => {
    hold();
    toast.remove();
    undo();
  });
  wait();
}
