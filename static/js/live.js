// Messages as they come. A stream says that there is something new, ordinary GETs bring it, as the server draws it.
// Where no stream can be had the page asks from time to time; after an interruption it asks for what it missed.

const ASK = { withoutStream: 5000, otherwise: 25000 };
const TRY_AGAIN = { first: 1000, longest: 30000, whenFull: 60000 };
const NEAR = 48;

let source;
let pause = TRY_AGAIN.first;
let mayTryAt = 0;
let isAway = false;
let isOver = false;
let timer;

const find = (selector) => document.querySelector(selector);
const log = () => find(".log[data-conversation]");
const newestShown = () => Number([...document.querySelectorAll(".log .message")].at(-1)?.id.split("-")[1] ?? 0);
const isAtTheEnd = () => log().getBoundingClientRect().bottom <= window.innerHeight + NEAR;

// What came of itself takes the place of what has the same id; what comes hidden takes it away.
function put(html) {
  const parts = document.createElement("template");
  parts.innerHTML = html;
  const news = parts.content.querySelector(".news");
  if (news) append([...news.children]);
  for (const part of [...parts.content.children]) {
    const place = part.id && document.getElementById(part.id);
    if (!place || place.isEqualNode(part)) continue;
    const focused = place.contains(document.activeElement) && document.activeElement.pathname;
    if (part.hidden) place.remove(); else place.replaceWith(part);
    if (focused) [...part.querySelectorAll("a")].find((link) => link.pathname === focused)?.focus();
  }
  const title = find("#unread-title");
  if (title) {
    const count = title.dataset.count ? `(${title.dataset.count}) ` : "";
    document.title = count + document.title.replace(/^\(\d+\+?\) /, "");
  }
  return news;
}

function append(entries) {
  if (!log()) return;
  const wasAtTheEnd = isAtTheEnd();
  const before = log().getBoundingClientRect().bottom;
  let first;
  for (const entry of entries) {
    const days = log().querySelectorAll(".day");
    if (entry.id ? document.getElementById(entry.id) : [...days].at(-1)?.textContent === entry.textContent) continue;
    log().append(entry);
    first ??= entry;
  }
  if (!first) return;
  if (wasAtTheEnd) window.scrollBy({ top: log().getBoundingClientRect().bottom - before, behavior: "instant" });
  else offerTheNewest(`#${entries.find((entry) => entry.id).id}`);
}

function offerTheNewest(href) {
  const link = find("#newest");
  if (!link.hidden) return;
  if (href) link.setAttribute("href", href);
  link.hidden = false;
}

class Unreachable extends Error {}

// The text of an answer; nothing of a refusal: whoever reads the page did not ask for it.
async function answerOf(address, options = {}) {
  try {
    const headers = { "HX-Request": "true" };
    const answer = await fetch(address, { headers, signal: AbortSignal.timeout(10000), ...options });
    if (answer.status === 401) stop();
    return answer.ok ? await answer.text() : "";
  } catch (error) {
    throw new Unreachable(address, { cause: error });
  }
}

const PARTS = {
  async news() {
    const address = log()?.dataset.news;
    if (!address) return PARTS.mark();
    let came;
    do {
      came = put(await answerOf(`${address}?after=${newestShown()}`));
    } while (came && "more" in came.dataset && log());
    await PARTS.mark();
  },
  async threads() {
    const list = find("[data-threads]");
    put(await answerOf(list && list.offsetParent ? list.dataset.threads : document.body.dataset.live));
  },
  // A thread counts as read when its newest message is in sight, not behind something else or further down;
  // what is no thread when the page is.
  async mark() {
    const form = find("form[data-read]");
    if (!form || document.hidden || find("#newest")?.hidden === false) return;
    const answer = await answerOf(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer) return;
    put(answer);
    form.remove();
  },
};

const due = new Set();
let isAsking = false;

async function ask(...parts) {
  parts.forEach((part) => due.add(part));
  if (isAsking || isOver) return;
  isAsking = true;
  try {
    for (const part of due) {
      due.delete(part);
      await PARTS[part]();
    }
    if (isAway) mayTryAt = 0;
    isAway = false;
  } catch (error) {
    // The network, or a server that is being started anew: what was missed is asked for when it is back.
    if (!(error instanceof Unreachable)) throw error;
    isAway = true;
  } finally {
    due.clear();
    isAsking = false;
  }
}

function hear({ conversation, newest }) {
  const isHere = conversation === Number(log()?.dataset.conversation);
  if (isHere && newest > newestShown()) {
    if (log().dataset.news) return ask("news", "threads");
    offerTheNewest();
  }
  return ask("threads");
}

function connect() {
  const address = find("[data-stream]")?.dataset.stream;
  if (source || !address || document.hidden || !window.EventSource || Date.now() < mayTryAt) return;
  source = new EventSource(address);
  source.onopen = () => {
    pause = TRY_AGAIN.first;
    ask("news", "threads");
  };
  source.onmessage = (event) => hear(JSON.parse(event.data));
  source.addEventListener("full", () => tryLater(TRY_AGAIN.whenFull));
  source.onerror = () => {
    tryLater(pause);
    pause = Math.min(2 * pause, TRY_AGAIN.longest);
  };
}

function tryLater(wait) {
  rest();
  // Not all pages at once when a server comes back.
  mayTryAt = Date.now() + wait * (0.75 + Math.random() / 2);
  next(Math.min(wait, ASK.withoutStream));
}

function next(wait) {
  clearTimeout(timer);
  if (!isOver) timer = setTimeout(turn, wait * (0.9 + Math.random() / 5));
}

function interval() {
  const isWaiting = find("[data-stream]") && !source && !document.hidden;
  return isWaiting ? ASK.withoutStream : ASK.otherwise;
}

async function turn() {
  await ask("news", "threads");
  connect();
  next(interval());
}

function rest() {
  clearTimeout(timer);
  source?.close();
  source = undefined;
}

function stop() {
  isOver = true;
  rest();
}

// What nobody looks at asks for its counts alone, without a stream.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !isOver) turn();
  if (!document.hidden) return;
  rest();
  next(ASK.otherwise);
});

// A page that the browser keeps for the way back must not hold a connection meanwhile.
window.addEventListener("pagehide", rest);
window.addEventListener("pageshow", (event) => {
  if (event.persisted && !isOver) turn();
});

function seen(link) {
  link.hidden = true;
  ask("mark");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#newest");
  if (link) seen(link);
});

document.addEventListener("scroll", () => {
  const link = find("#newest");
  if (link && !link.hidden && log().dataset.news && isAtTheEnd()) seen(link);
}, { passive: true });

export function start() {
  ask("mark");
  connect();
  if (!timer) next(interval());
}
