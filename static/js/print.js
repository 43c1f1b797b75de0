// A button that prints the page; the browser's own way does the same.

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

export function start() {}
