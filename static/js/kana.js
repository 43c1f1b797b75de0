// Hiragana and half-width kana become full-width katakana while one types; the server does the same for good.

export function toKatakana(text) {
  return text
    .replace(/[\uff66-\uff9f]+/g, (half) => half.normalize("NFKC"))
    .replace(/[\u3041-\u3096\u309d\u309e]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));
}

function convert(input) {
  const from = input.selectionStart;
  const before = toKatakana(input.value.slice(0, from));
  const after = toKatakana(input.value.slice(from));
  if (before + after !== input.value) {
    input.value = before + after;
    input.setSelectionRange(before.length, before.length);
  }
}

// Never while an input method is still composing: it would lose its candidate.
document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-kana]") && !event.isComposing) convert(event.target);
});

document.addEventListener("compositionend", (event) => {
  if (event.target.matches?.("[data-kana]")) setTimeout(() => convert(event.target));
});

export function start() {}
