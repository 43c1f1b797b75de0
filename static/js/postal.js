// A postal code fills in prefecture and city of its form, and the town where no street was typed.
// data-postal holds the address to ask ("/addresses/").

const digitsOf = (text) => text.normalize("NFKC").replace(/\D/g, "");

function put(form, name, value) {
  const field = form.querySelector(`[data-${name}]`);
  if (!field || !value) return;
  if (name === "town" && field.value.trim() && field.value !== field.dataset.filled) return;
  if (field instanceof HTMLSelectElement) {
    const option = [...field.options].find((each) => each.value === value || each.text === value);
    if (!option) return;
    field.value = option.value;
  } else {
    field.value = value;
    field.dataset.filled = value;
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function look(input) {
  const digits = digitsOf(input.value);
  if (digits.length !== 7 || digits === input.dataset.looked) return;
  input.dataset.looked = digits;
  try {
    const answer = await fetch(input.dataset.postal + digits, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const address = await answer.json();
    if (digitsOf(input.value) !== digits) return;
    for (const name of ["prefecture", "city", "town"]) put(input.form, name, address[name]);
  } catch {
    // Offline: the address can be typed as well.
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-postal]") && !event.isComposing) look(event.target);
});

export function start(root) {
  // What is there already was looked up before: it must not overwrite an address that was corrected by hand.
  for (const input of root.querySelectorAll("[data-postal]")) input.dataset.looked ??= digitsOf(input.value);
}
