// The page's own words, status line and pieces.

const words = JSON.parse(document.body.dataset.words);

export const language = document.documentElement.lang;

export const byID = id => document.getElementById(id);

// word gives a text with every {name} filled in.
export function word(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_all, name) => values[name]);
}

// say writes to the status line, which a screen reader reads out.
export function say(text, kind = "") {
  const line = byID("status");
  line.dataset.kind = kind;
  line.textContent = text;
}

// piece copies a template and gives its element and its named parts.
export function piece(name) {
  const element = byID("piece-" + name).content.cloneNode(true).firstElementChild;
  const parts = {};
  for (const part of element.querySelectorAll("[data-part]")) parts[part.dataset.part] = part;
  return {element, parts};
}

const clockWords = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {dateStyle: "long", timeStyle: "medium", timeZone: "UTC"});

// instant writes a time for people, in UTC.
export const instant = time => clockWords.format(time);

// seconds writes a duration given in milliseconds.
export const seconds = milliseconds => (milliseconds / 1000).toLocaleString(language, {minimumFractionDigits: 1, maximumFractionDigits: 1});

// failure gives the two sentences of a refused control: what happened, and
// what to do next.
export function failure(answer, parse) {
  if (!answer) return word("unreachable");
  const told = parse(answer.text ?? "");
  return told?.error ? [told.error, told.next].filter(Boolean).join(" ") : word("unknownFailure", {status: answer.status});
}

export const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));

// visible waits until somebody can see the page.
export async function visible() {
  while (document.hidden) {
    await new Promise(done => document.addEventListener("visibilitychange", done, {once: true}));
  }
}
