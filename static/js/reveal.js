// Shows a password and hides it again; it is hidden again before it is sent.

function toggle(box, button, shown) {
  box.querySelector("input").type = shown ? "text" : "password";
  button.textContent = shown ? box.dataset.conceal : box.dataset.reveal;
  button.setAttribute("aria-pressed", String(shown));
}

document.addEventListener("submit", (event) => {
  for (const box of event.target.querySelectorAll("[data-reveal]")) toggle(box, box.querySelector("button"), false);
}, true);

export function start(root) {
  for (const box of root.querySelectorAll("[data-reveal]:not(:has(button))")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet btn-sm keep";
    button.setAttribute("aria-controls", box.querySelector("input").id);
    box.append(button);
    toggle(box, button, false);
    button.addEventListener("click", () => toggle(box, button, button.getAttribute("aria-pressed") === "false"));
  }
}
