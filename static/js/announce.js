// Sentences for screen readers, spoken through the one live region of base.html.

export function announce(sentence) {
  const region = document.getElementById("announcer");
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = sentence; });
}

// Fills {name} in a sentence that the server translated.
export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
