// Partners: which one is shown, and requests sent in its name.
import {ask, paint} from "./wire.js";
import {byID, piece, say, word} from "./page.js";

const partners = [...document.querySelectorAll("[data-partner]")].map(element => ({
  element,
  names: JSON.parse(element.dataset.names),
  authorization: element.dataset.authorization,
  followUps: JSON.parse(element.dataset.followUps),
}));

// partnerCalled gives the partner that an inbox entry names, or undefined.
export const partnerCalled = name => partners.find(partner => partner.names.includes(name));

// send makes a request in a partner's name and shows the answer in a place.
// request is {title, method, path, headers, body}.
export async function send(partner, request, place, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  say(word("sending", request), "busy");
  const answer = await ask(request.method, request.path, {headers: headersOf(partner, request), body: request.body});
  button.removeAttribute("aria-disabled");
  if (!answer) {
    say(word("unreachable"), "bad");
    return;
  }
  show(answer, request, place);
  const status = `${answer.status} ${answer.says}`.trim();
  say(word("answered", {title: request.title, status, took: answer.took}), answer.ok ? "good" : "bad");
}

function headersOf(partner, request) {
  const headers = {...request.headers};
  if (request.body) headers["Content-Type"] ??= "application/json";
  if (partner.authorization) headers.Authorization = partner.authorization;
  return headers;
}

function show(answer, request, place) {
  const {element, parts} = piece("answer");
  element.dataset.kind = answer.ok ? "good" : "bad";
  parts.code.textContent = `${answer.status} ${answer.says}`.trim();
  parts.took.textContent = word("took", {took: answer.took});
  parts.next.textContent = whatNext(answer, request);
  if (answer.text === null) {
    parts.next.replaceChildren(...save(answer, request));
    parts.block.remove();
  } else {
    paint(parts.body, answer.text || word("noBody"));
  }
  place.replaceChildren(element);
}

function whatNext({status, ok}, {method}) {
  if (ok) return method === "GET" ? "" : word("nextOK");
  if (status === 401) return word("next401");
  return word(status < 500 ? "next4xx" : "next5xx");
}

// save hands a file to the browser and gives what to say about it.
function save(answer, request) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(answer.blob);
  link.download = fileName(answer, request);
  link.textContent = word("saveAgain");
  link.click();
  const size = Math.max(1, Math.round(answer.blob.size / 1024));
  return [word("saved", {name: link.download, size}), " ", link];
}

function fileName(answer, request) {
  const named = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "");
  if (named) return named[1];
  const last = request.path.split("?")[0].split("/").pop();
  return last + "." + (answer.blob.type.split(/[/;+]/)[1] || "bin");
}

for (const partner of partners) {
  for (const form of partner.element.querySelectorAll("form.sample")) {
    form.addEventListener("submit", event => {
      event.preventDefault();
      const {title, method, path, headers} = form.dataset;
      const request = {title, method, path, headers: JSON.parse(headers), body: form.elements.body?.value};
      send(partner, request, form.querySelector(".answers"), form.querySelector(".send"));
    });
  }
}

function choose(index) {
  for (const each of document.querySelectorAll("[data-shown-for]")) each.hidden = each.dataset.shownFor !== index;
}

const chosen = document.querySelector("input[name=partner]:checked");
if (chosen) choose(chosen.value);
document.addEventListener("change", event => {
  if (event.target.name === "partner") choose(event.target.value);
});

// renew brings samples and credentials up to date after the clock has moved;
// what somebody has changed by hand stays. It says whether that succeeded.
export async function renew() {
  const answer = await ask("GET", location.href);
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(answer.text, "text/html");
  for (const fresh of page.querySelectorAll("[data-renewed]")) {
    const old = byID(fresh.id);
    if (old && old.textContent !== fresh.textContent) old.textContent = fresh.textContent;
  }
  renewRequests(page);
  return true;
}

// renewRequests takes over the headers by which requests are signed, some of
// which expire.
function renewRequests(page) {
  const forms = document.querySelectorAll("form.sample");
  page.querySelectorAll("form.sample").forEach((fresh, i) => {
    if (forms[i]) forms[i].dataset.headers = fresh.dataset.headers;
  });
  page.querySelectorAll("[data-partner]").forEach((fresh, i) => {
    if (partners[i]) partners[i].followUps = JSON.parse(fresh.dataset.followUps);
  });
}
