// The clock of a stage, the desk that follows who is on it, and the running order dragged by mouse.
import { watch } from "./revisions.js";

const BEAT = 250;
const started = new WeakMap();

/** What is left as 4:59, what is over as +0:12. */
const words = (left) => {
  const seconds = left < 0 ? Math.floor(-left) : Math.ceil(left);
  return `${left < 0 ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

/** The server said how much was left; this device only counts on from there. */
const leftOf = (clock) => {
  const known = started.get(clock);
  const said = Number(clock.dataset.left);
  if (!known || known.said !== clock.dataset.left || known.running !== clock.dataset.running) {
    started.set(clock, { said: clock.dataset.left, running: clock.dataset.running, at: performance.now() });
    return said;
  }
  return clock.dataset.running ? said - (performance.now() - known.at) / 1000 : said;
};

const beat = () => {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const left = leftOf(clock);
    const shown = words(left);
    if (clock.textContent !== shown) clock.textContent = shown;
    clock.classList.toggle("over", left < 0);
    clock.classList.toggle("soon", left >= 0 && left <= 60);
  }
};

const bar = document.querySelector("[data-stage]");
let revision = bar?.dataset.revision ?? "0";

const draw = async () => {
  const answer = await fetch(bar.dataset.stage).catch(() => null);
  if (!answer?.ok) return;
  const state = await answer.json().catch(() => null);
  if (!state) return;
  const first = revision === "0";
  const moved = String(state.revision) !== revision;
  revision = String(state.revision);
  if (moved && !first && bar.dataset.free === "page") {
    location.assign(bar.dataset.follow);
    return;
  }
  const elsewhere = state.desk && state.desk !== location.pathname;
  if (elsewhere && bar.dataset.free === "desk") {
    location.assign(state.desk);
    return;
  }
  bar.querySelector("[data-stage-title]").textContent = state.title || "";
  bar.querySelector("[data-stage-word]").textContent = state.word;
  const clock = bar.querySelector("[data-clock]");
  clock.hidden = state.phase !== "pitch" && state.phase !== "questions";
  clock.dataset.left = state.left;
  if (state.running) clock.dataset.running = "1";
  else delete clock.dataset.running;
  started.delete(clock);
  bar.querySelector("[data-stage-go]").hidden = !elsewhere;
  const sheet = bar.querySelector("[data-stage-sheet]");
  if (sheet) sheet.hidden = !state.title || state.title === sheet.dataset.stageSheet;
  beat();
};

if (bar) {
  draw();
  watch({ events: bar.dataset.events, ask: bar.dataset.ask, known: () => revision, changed: draw });
  // A phone that slept has counted on wrongly, or not at all.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && draw());
}

let dragged = null;
document.addEventListener("dragstart", ({ target, dataTransfer }) => {
  dragged = target.closest?.("[data-order] > li[draggable]");
  if (dragged) dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.("[data-order] > li[draggable]");
  if (!over) return;
  event.preventDefault();
  const { top, height } = over.getBoundingClientRect();
  if (over !== dragged) over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});
document.addEventListener("dragend", () => {
  const form = dragged && document.getElementById("dragged-order");
  dragged = null;
  if (!form) return;
  const order = [...document.querySelectorAll("[data-order] > li[draggable]")].map((one) => one.dataset.entry).join(" ");
  if (order === form.elements.order.value) return;
  form.elements.order.value = order;
  form.requestSubmit();
});

setInterval(beat, BEAT);
document.addEventListener("live:renewed", beat);
beat();
