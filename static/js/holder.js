// Shows beside the holder of an account what is sent to the bank, and how many bytes: as marketplace/payouts/holder.py does it.
// The server decides; what was shown here travels along in the hidden field, so that it need not be shown once more.

import { fill } from "./announce.js";

const FORMS = [
  ["株式会社", "ｶ"], ["有限会社", "ﾕ"], ["合名会社", "ﾒ"], ["合資会社", "ｼ"], ["合同会社", "ﾄﾞ"],
  ["カブシキガイシャ", "ｶ"], ["カブシキカイシャ", "ｶ"], ["ユウゲンガイシャ", "ﾕ"], ["ゴウメイガイシャ", "ﾒ"], ["ゴウシガイシャ", "ｼ"], ["ゴウドウガイシャ", "ﾄﾞ"],
  ["医療法人", "ｲ"], ["社会福祉法人", "ﾌｸ"], ["特定非営利活動法人", "ﾄｸﾋ"], ["NPO法人", "ﾄｸﾋ"], ["独立行政法人", "ﾄﾞｸ"],
  ["弁護士法人", "ﾍﾞﾝ"], ["税理士法人", "ｾﾞｲ"], ["行政書士法人", "ｷﾞﾖ"],
  ["(株)", "ｶ"], ["(有)", "ﾕ"], ["(名)", "ﾒ"], ["(資)", "ｼ"], ["(同)", "ﾄﾞ"], ["(医)", "ｲ"],
];
const OFFICES = [["営業所", "ｴｲ"], ["出張所", "ｼﾕﾂ"]];
const FULL = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
const HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ";
const SMALL = "ァィゥェォッャュョヮヵヶヲヰヱ";
const LARGE = "アイウエオツヤユヨワカケオイエ";
const LONE_MARK = /(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ/gu;
const ALLOWED = /^[ｱ-ﾝﾞﾟ0-9A-Z ().-]*$/u;

function abbreviated(text) {
  for (const [office, short] of OFFICES) {
    if (text.endsWith(office) && text !== office) text = `${text.slice(0, -office.length).trimEnd()}(${short}`;
  }
  for (const [form, short] of FORMS) {
    const at = text.indexOf(form);
    if (at < 0) continue;
    const before = text.slice(0, at).trimEnd();
    const after = text.slice(at + form.length).trimStart();
    return `${before}${before ? "(" : ""}${short}${after || !before ? ")" : ""}${after}`;
  }
  return text;
}

export function written(text) {
  const plain = text.replaceAll("\u309b", "\u3099").replaceAll("\u309c", "\u309a").normalize("NFKC");
  const katakana = plain.replace(/[\u3041-\u3096\u309d\u309e]/gu, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60)).normalize("NFC");
  const short = abbreviated(katakana.replace(/[\s・]+/gu, " ").trim());
  return [...short.normalize("NFD")].map((letter) => {
    const large = SMALL.includes(letter) ? LARGE[SMALL.indexOf(letter)] : letter;
    if (FULL.includes(large)) return HALF[FULL.indexOf(large)];
    if (letter === "\u3099") return "ﾞ";
    if (letter === "\u309a") return "ﾟ";
    return /[\u2010-\u2015\u2212\u2500ー-]/u.test(letter) ? "-" : large.toUpperCase();
  }).join("");
}

function show(input) {
  const form = input.form;
  const shown = form.querySelector("[data-holder-shown]");
  const count = form.querySelector("[data-holder-count]");
  const sent = written(input.value);
  const strange = [...new Set([...[...sent].filter((letter) => !ALLOWED.test(letter)), ...(sent.match(LONE_MARK) ?? [])])].join("").normalize("NFC");
  const most = Number(count.dataset.most);
  shown.textContent = strange ? fill(shown.dataset.refused, { strange }) : sent;
  shown.classList.toggle("is-refused", Boolean(strange));
  shown.closest("[hidden]")?.removeAttribute("hidden");
  count.textContent = strange ? "" : fill(count.dataset.pattern, { n: String([...sent].length), limit: String(most) });
  count.classList.toggle("is-over", [...sent].length > most);
  form.querySelector("[name=seen]").value = strange ? "" : sent;
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-holder]")) show(event.target);
});

export function start(root) {
  root.querySelectorAll("[data-holder]").forEach(show);
}
