/**
 * The juror's pages without a connection. Nothing is kept unless she asks for it on her home page
 * (offline.js): then her pages come from the network while there is one, and from this device
 * while there is none. Signing in or out throws everything away.
 */
const KEPT = "kept";

const PATIENCE_MS = 5000;

const PAGE = /^\/([a-z]{2})\/(judging|assignments\/[0-9a-f]+)$/;
const FILE = /^\/([a-z]{2})\/assignments\/[0-9a-f]+\/files\/[0-9a-f]+$/;
const DOOR = /^\/([a-z]{2})\/sign-(in|out)(\/|$)/;

/** How often somebody has gone through the door: what was asked for before it is not kept after it. */
let doors = 0;

let turn = Promise.resolve();

/** One change of what is kept at a time. */
const inTurn = (work) => {
  turn = turn.then(work, work);
  return turn;
};

const match = (request, options = {}) => caches.match(request, { cacheName: KEPT, ignoreVary: true, ...options });

const keep = async (url, response, asked) => {
  const whole = new Response(await response.blob(), { headers: response.headers });
  await inTurn(async () => {
    // Opening would make anew what signing out has just thrown away.
    if (asked !== doors || !(await caches.has(KEPT))) return;
    const kept = await caches.open(KEPT);
    if (response.ok && !response.redirected) await kept.put(url, whole);
    else if (response.status === 404 || response.status === 410) await kept.delete(url);
  });
};

const door = async (event) => {
  doors += 1;
  await inTurn(() => caches.delete(KEPT)).catch(() => {});
  return fetch(event.request);
};

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const page = async (event, url) => {
  const asked = doors;
  const old = await match(url.pathname, { ignoreSearch: true });
  const fresh = fetch(event.request).then((response) => {
    if (old && !url.search) event.waitUntil(keep(url.pathname, response.clone(), asked));
    return response;
  });
  fresh.catch(() => {});
  try {
    const first = await (old ? Promise.race([fresh, later(PATIENCE_MS)]) : fresh);
    return first ?? old;
  } catch {
    const language = PAGE.exec(url.pathname)[1];
    return old ?? (await match(`/${language}/judging/offline`)) ?? Response.error();
  }
};

/** Browsers ask for videos and some for PDFs piece by piece. */
const piece = async (request, response) => {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") || "");
  if (!asked) return response;
  const whole = await response.blob();
  const from = Number(asked[1]);
  const to = asked[2] ? Math.min(Number(asked[2]), whole.size - 1) : whole.size - 1;
  const headers = new Headers(response.headers);
  headers.set("Content-Range", `bytes ${from}-${to}/${whole.size}`);
  headers.set("Content-Length", String(to - from + 1));
  return new Response(whole.slice(from, to + 1), { status: 206, headers });
};

const file = async (event, url) => {
  const old = await match(url.pathname);
  return old ? piece(event.request, old) : fetch(event.request);
};

/** Files named with their content never change; others are kept for when there is no network. */
const asset = async (event, url) => {
  const old = await match(url.href);
  if (old && url.searchParams.has("v")) return old;
  try {
    return await fetch(event.request);
  } catch (error) {
    if (old) return old;
    throw error;
  }
};

/** What was saved must be what the kept page shows the next time. */
const refresh = async (path, asked) => {
  if (await match(path)) await keep(path, await fetch(path), asked);
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { method, mode, url: address } = event.request;
  const url = new URL(address);
  if (url.origin !== location.origin) return;
  if (method === "POST" && DOOR.test(url.pathname)) event.respondWith(door(event));
  if (method === "PUT" && PAGE.test(url.pathname)) {
    const asked = doors;
    const sent = fetch(event.request);
    event.respondWith(sent);
    event.waitUntil(sent.then((response) => response.ok && refresh(url.pathname, asked)).catch(() => {}));
  }
  if (method !== "GET") return;
  if (mode === "navigate" && PAGE.test(url.pathname)) event.respondWith(page(event, url));
  else if (FILE.test(url.pathname)) event.respondWith(file(event, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(event, url));
});
