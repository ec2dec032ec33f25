// The inbox, live, and the numbers that its webhooks tell.
import {ask, paint, parse, holders} from "./wire.js";
import {byID, failure, instant, pause, piece, say, visible, word} from "./page.js";
import {partnerCalled, send} from "./partners.js";

const MOST_SHOWN = 50;
const rows = new Map(); // entries on the page, by id
const known = new Set(); // numbers on the page
let arrivals = 0; // entries that arrived since the page was opened
let opened = false; // the first reading is not an arrival
let unreachable = false;

// arrivedSoFar counts what has arrived since the page was opened.
export const arrivedSoFar = () => arrivals;

// follow reads the inbox every second while the page is visible.
export async function follow() {
  for (;;) {
    await visible();
    await readInbox();
    await pause(1000);
  }
}

// readInbox brings the page up to the inbox as it is now.
export async function readInbox() {
  const answer = await ask("GET", "/sandbox/inbox?limit=50");
  if (!answer || !answer.ok) {
    if (!unreachable) say(failure(answer, parse), "bad");
    unreachable = true;
    return;
  }
  if (unreachable) say(word("reachable"), "good");
  unreachable = false;
  const entries = parse(answer.text) ?? [];
  const fresh = entries.filter(entry => !rows.has(entry.id) && !tooOld(entry, entries));
  forget(entries);
  if (fresh.length > 0) add(fresh);
  describe(entries.length);
  opened = true;
}

const tooOld = (entry, entries) => entries.indexOf(entry) >= MOST_SHOWN;

function forget(entries) {
  const kept = new Set(entries.slice(0, MOST_SHOWN).map(entry => entry.id));
  for (const [id, row] of rows) {
    if (kept.has(id)) continue;
    row.remove();
    rows.delete(id);
  }
}

// add puts entries, newest first, on top of the list, and their numbers below.
function add(fresh) {
  for (const old of document.querySelectorAll(".entry.fresh")) old.classList.remove("fresh");
  const made = fresh.map(row);
  byID("entries").prepend(...made);
  made[0].querySelector("details").open = true;
  for (const entry of fresh.toReversed()) offer(entry);
  if (!opened) return;
  arrivals += fresh.length;
  say(word("arrived", {n: fresh.length}), "good");
}

function row(entry) {
  const {element, parts} = piece("entry");
  rows.set(entry.id, element);
  element.classList.toggle("fresh", opened);
  parts.method.textContent = entry.method;
  parts.path.textContent = entry.path;
  parts.partner.textContent = entry.partner;
  parts.time.dateTime = entry.received_at;
  parts.time.textContent = instant(new Date(entry.received_at));
  paint(parts.body, entry.body);
  for (const [name, values] of Object.entries(entry.headers ?? {})) {
    const line = parts.headers.insertRow();
    line.insertCell().textContent = name;
    line.insertCell().textContent = values.join(", ");
  }
  return element;
}

function describe(total) {
  byID("inbox-empty").hidden = total > 0;
  byID("inbox-shown").textContent = total > MOST_SHOWN ? word("shown", {shown: MOST_SHOWN, n: total}) : "";
  byID("policies-empty").hidden = known.size > 0;
}

// offer shows what can be done with each number that a webhook tells.
function offer(entry) {
  const partner = partnerCalled(entry.partner);
  const told = parse(entry.body);
  if (!partner || !told) return;
  const keys = new Set(partner.followUps.flatMap(({path}) => [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1])));
  for (const key of keys) {
    for (const holder of holders(told, key)) offerNumber(partner, key, holder);
  }
}

function offerNumber(partner, key, holder) {
  const number = holder[key];
  const id = partner.names[0] + " " + key + " " + number;
  if (known.has(id)) return;
  known.add(id);
  const {element, parts} = piece("number");
  parts.number.textContent = number;
  for (const [name, value] of Object.entries(holder)) {
    if (name === key || value === null || typeof value === "object") continue;
    const fact = document.createElement("div");
    fact.append(Object.assign(document.createElement("dt"), {textContent: name.replaceAll("_", " ")}),
      Object.assign(document.createElement("dd"), {textContent: value}));
    parts.about.append(fact);
  }
  partner.followUps.forEach((_followUp, n) => parts.actions.append(action(partner, n, key, number, element)));
  byID("numbers").prepend(element);
}

function action(partner, n, key, number, element) {
  const {title, method, path} = partner.followUps[n];
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = title;
  button.title = method + " " + path;
  button.addEventListener("click", () => {
    // What a request is signed by may have been renewed since the number was told.
    send(partner, filledIn(partner.followUps[n], key, number), element.querySelector(".answers"), button);
  });
  return button;
}

// filledIn puts a number into a follow-up.
function filledIn(followUp, key, number) {
  const place = `{${key}}`;
  return {
    ...followUp,
    path: followUp.path.replaceAll(place, encodeURIComponent(number)),
    body: followUp.body.replaceAll(place, JSON.stringify(number).slice(1, -1)),
  };
}

byID("inbox-clear").addEventListener("click", async () => {
  const answer = await ask("DELETE", "/sandbox/inbox");
  await readInbox();
  if (answer?.ok) say(word("cleared"));
  else say(failure(answer, parse), "bad");
});

byID("inbox-fail").addEventListener("click", async () => {
  const answer = await ask("POST", "/sandbox/inbox/answers", {
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({status: 500, times: 3}),
  });
  if (answer?.ok) say(word("failing"));
  else say(failure(answer, parse), "bad");
});
