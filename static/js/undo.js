// What offers to take a deed back for five seconds, and waits while the pointer or the focus is on it: a toast, or a
// form that stands beside what was done. A toast without a button says that nothing was done.

const SHOWN_FOR = 5000;
let current;

// What was offered holds no longer: the deed was taken back, or done anew, where it was done.
export function withdrawUndo() {
  current?.remove();
}

// The request never arrived, or its answer did not: the page stays as it was, and whoever pressed is told.
export function tellUnreachable() {
  toastOf(document.getElementById("announcer").dataset.unreachable, "alert");
}

export function offerUndo(sentence, label, undo) {
  const toast = toastOf(sentence, "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm keep";
  button.textContent = label;
  toast.append(button);
  button.addEventListener("click", () => {
    toast.remove();
    undo();
  });
}

function toastOf(sentence, role) {
  withdrawUndo();
  const toast = document.createElement("div");
  toast.className = "undo";
  toast.setAttribute("role", role);
  const words = document.createElement("span");
  words.textContent = sentence;
  toast.append(words);
  document.body.append(toast);
  current = toast;
  showBriefly(toast);
  return toast;
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
