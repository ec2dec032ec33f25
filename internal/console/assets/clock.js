// The sandbox's clock: shown running, and moved.
import {ask, parse} from "./wire.js";
import {byID, failure, instant, pause, say, seconds, visible, word} from "./page.js";
import {arrivedSoFar, readInbox} from "./inbox.js";
import {renew} from "./partners.js";

const faces = [byID("now"), byID("status-now")];
const panel = byID("clock-panel");
const field = byID("advance");
let ahead = new Date(faces[0].dateTime) - Date.now(); // of this machine's time
let moving = false;

function tick() {
  const now = new Date(Date.now() + ahead);
  for (const face of faces) {
    face.dateTime = now.toISOString();
    face.textContent = instant(now);
  }
}

// run shows the time second by second, and every 5 seconds asks for it, in
// case somebody else has moved the clock.
export async function run() {
  for (let turn = 1; ; turn++) {
    await visible();
    tick();
    if (turn % 5 === 0 && !moving) await readClock();
    await pause(1000);
  }
}

async function readClock() {
  const answer = await ask("GET", "/sandbox/clock");
  const now = answer?.ok && parse(answer.text)?.now;
  if (!now || moving) return;
  const moved = new Date(now) - Date.now() - ahead;
  set(now);
  if (Math.abs(moved) > 5000) say(await renew() ? word("clockElsewhere") : word("pageOutOfDate"));
}

function set(now) {
  ahead = new Date(now) - Date.now();
  tick();
}

async function move(advance) {
  if (moving) {
    say(word("stillMoving"), "busy");
    return;
  }
  const begun = performance.now(), before = arrivedSoFar();
  const told = () => ({advance, seconds: seconds(performance.now() - begun), n: arrivedSoFar() - before});
  const stopProgress = startProgress(told);
  const answer = await ask("POST", "/sandbox/clock", {
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({advance}),
  });
  stopProgress();
  if (!answer?.ok) {
    refuse(failure(answer, parse));
    return;
  }
  const arrived = told();
  set(parse(answer.text).now);
  await readInbox();
  const renewed = await renew();
  say(renewed ? word("moved", {...arrived, n: told().n}) : word("pageOutOfDate"), renewed ? "good" : "bad");
}

// startProgress shows that the clock is moving until what it gives is called.
function startProgress(told) {
  moving = true;
  panel.setAttribute("aria-busy", "true");
  byID("clock-problem").hidden = true;
  byID("clock-progress").hidden = false;
  const write = () => { byID("clock-progress-words").textContent = word("moving", told()); };
  write();
  say(word("moving", told()), "busy");
  const timer = setInterval(write, 200);
  return () => {
    clearInterval(timer);
    moving = false;
    panel.removeAttribute("aria-busy");
    byID("clock-progress").hidden = true;
  };
}

function refuse(problem) {
  byID("clock-problem").textContent = problem;
  byID("clock-problem").hidden = false;
  say(problem, "bad");
}

panel.addEventListener("click", event => {
  const button = event.target.closest("[data-advance]");
  if (button) move(button.dataset.advance);
});

byID("clock-other").addEventListener("submit", event => {
  event.preventDefault();
  const advance = field.value.trim().toUpperCase();
  if (advance) {
    move(advance);
    return;
  }
  refuse(word("durationWanted"));
  field.focus();
});
