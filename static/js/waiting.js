/**
 * Sends score sheets that were filled without a connection, from whatever page of hers the juror
 * opens first, and says what became of each: waiting, changed elsewhere, or refused and why.
 */
import { drop, put, read, rebase, send, waiting } from "./outbox.js";

const RETRY_MS = 15000;

const AGAIN_MS = 2000;

const SHEET = /^\/[a-z]{2}\/assignments\/([0-9a-f]+)$/;

const here = document.querySelector("form[data-autosave]")?.dataset.autosave;
const box = document.querySelector("[data-waiting]");
const told = new Map();
let busy = false;

const token = () => document.querySelector('meta[name="csrf-token"]')?.content || "";

const links = (id) => [...document.querySelectorAll(`a[href$="/assignments/${id}"]`)];

const same = (a, b) => JSON.stringify(a ?? "") === JSON.stringify(b ?? "");

/** Unsent sheets of entries that this page knows: what another person left here is not touched. */
const sheets = () =>
  waiting()
    .map((place) => ({ place, id: SHEET.exec(place)?.[1] }))
    .filter(({ id }) => id && links(id).length)
    .sort((a, b) => (links(a.id)[0].compareDocumentPosition(links(b.id)[0]) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));

const settle = async (place) => {
  const item = read(place);
  if (!item) return "saved";
  const { state, answer, status } = await send(place, item, item.data, token());
  if (state === "saved" || ("version" in answer && state === "refused")) {
    if (read(place)?.key === item.key) drop(place);
    else rebase(place, answer.version);
    return state === "saved" ? state : answer.message;
  }
  if (state === "refused") return status === 404 ? "gone" : answer.message || state;
  if (state !== "clash") return state;
  const differs = Object.entries(answer.values || {}).some(([name, value]) => !same(item.data[name], value));
  if (differs) return "clash";
  if (item.data.action) {
    put(place, answer.version, item.data);
    rebase(place, answer.version);
    return settle(place);
  }
  drop(place);
  return "saved";
};

const mark = () => {
  for (const { place, id } of sheets()) {
    for (const link of links(id)) {
      const cell = link.closest(".cells > li");
      if (!cell || cell.classList.contains("now")) continue;
      cell.className = read(place).data.action === "submit" ? "done" : "draft";
    }
  }
};

/** What the server will never take: it can be read once more, and then be given up. */
const refusal = (place) => {
  const part = document.createElement("details");
  const title = document.createElement("summary");
  title.textContent = box.dataset.typed;
  part.append(title);
  const { action, version, ...typed } = read(place).data;
  const short = Object.values(typed).filter((value) => value && value.length < 6);
  const long = Object.values(typed).filter((value) => value && value.length > 5);
  for (const words of [short.join(" · "), ...long].filter(Boolean)) {
    const line = document.createElement("p");
    line.textContent = words;
    part.append(line);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet";
  button.textContent = box.dataset.discard;
  button.addEventListener("click", () => {
    drop(place);
    tell();
    mark();
  });
  part.append(button);
  return part;
};

const tell = () => {
  if (!box) return;
  const list = box.querySelector("ul");
  list.replaceChildren();
  for (const { place, id } of sheets()) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    const [known] = [...document.querySelectorAll(`.tasks a[href$="/assignments/${id}"]`), ...links(id)];
    link.href = known.href;
    link.textContent = known.textContent;
    const state = told.get(place) || "queued";
    const words = { queued: box.dataset.queued, clash: box.dataset.clash, "signed-out": box.dataset.signedOut }[state];
    line.append(link, document.createElement("small"));
    line.lastChild.textContent = words ?? (state === "gone" ? box.dataset.gone : state);
    if (!words) line.append(refusal(place));
    list.append(line);
  }
  box.hidden = !list.children.length;
};

const flush = async () => {
  if (busy) return;
  busy = true;
  let sent = 0;
  for (const { place } of sheets()) {
    if (place === here) continue;
    const state = await settle(place);
    told.set(place, state);
    if (state === "saved") sent += 1;
    if (state === "queued") break;
  }
  busy = false;
  mark();
  tell();
  // The list on the home page counts on the server's side.
  if (sent && box && !sheets().length && navigator.onLine) location.reload();
};

mark();
tell();
// A network that has just come back does not always carry the first request.
addEventListener("online", () => [0, AGAIN_MS].forEach((ms) => setTimeout(flush, ms)));
document.addEventListener("visibilitychange", () => document.hidden || flush());
setInterval(flush, RETRY_MS);
flush();
