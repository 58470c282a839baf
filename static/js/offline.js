/**
 * "Prepare for the train": keeps the juror's pages, their files and all that they are made of on
 * this device, when she asks for it. service-worker.js serves them where there is no connection.
 */
const KEPT = "kept";

const NOTE = "kept-note";

/** What the viewer asks for only where a PDF brings no fonts of its own or holds scanned pages. */
const PDF_PARTS = {
  pdfFonts: [
    "FoxitDingbats.pfb", "FoxitFixed.pfb", "FoxitFixedBold.pfb", "FoxitFixedBoldItalic.pfb",
    "FoxitFixedItalic.pfb", "FoxitSerif.pfb", "FoxitSerifBold.pfb", "FoxitSerifBoldItalic.pfb",
    "FoxitSerifItalic.pfb", "FoxitSymbol.pfb", "LiberationSans-Bold.ttf",
    "LiberationSans-BoldItalic.ttf", "LiberationSans-Italic.ttf", "LiberationSans-Regular.ttf",
  ],
  pdfDecoders: ["jbig2_nowasm_fallback.js", "openjpeg_nowasm_fallback.js"],
};

const box = document.querySelector("[data-offline]");

const addressOf = (value, base = location.href) => {
  const url = new URL(value, base);
  return url.origin === location.origin ? url.href : null;
};

/** What a style sheet or a module asks for by itself. */
const named = async (response, base) => {
  const type = response.headers.get("Content-Type") || "";
  if (!/css|javascript/.test(type)) return [];
  const text = await response.text();
  const found = type.includes("css")
    ? [...text.matchAll(/url\(\s*["']?([^"')]+)/g)]
    : [...text.matchAll(/(?:from|import)\s*\(?\s*["'](\.\.?\/[^"']+)["']/g)];
  return found.map(([, name]) => name).filter((name) => !name.startsWith("data:")).map((name) => addressOf(name, base));
};

const partsOf = (page, base) => {
  const found = [];
  for (const one of page.querySelectorAll("link[rel=stylesheet], link[rel=icon]")) found.push(one.getAttribute("href"));
  for (const one of page.querySelectorAll("script[src]")) {
    found.push(one.getAttribute("src"), one.dataset.pdfjs, one.dataset.pdfWorker);
    for (const [folder, names] of Object.entries(page.querySelector("[data-pdf]") ? PDF_PARTS : {})) {
      if (folder in one.dataset) found.push(...names.map((name) => one.dataset[folder] + name));
    }
  }
  return found.filter(Boolean).map((value) => addressOf(value, base));
};

const filesOf = (page, base) =>
  [...page.querySelectorAll("[data-pdf], [data-file] img")].map((one) => addressOf(one.dataset.pdf ?? one.getAttribute("src"), base));

class Keeper {
  constructor() {
    this.bytes = 0;
    this.pages = 0;
    this.seen = new Set();
  }

  async run(pages, others, tell) {
    this.cache = await caches.open(KEPT);
    let done = 0;
    for (const address of [...others, ...pages]) {
      await this.page(address);
      done += 1;
      tell(done, others.length + pages.length);
    }
  }

  async page(address) {
    const answer = await this.take(address);
    if (!answer) return;
    this.pages += 1;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of partsOf(page, address)) await this.part(part);
    for (const file of filesOf(page, address)) await this.take(file);
  }

  async part(address) {
    const answer = await this.take(address);
    if (!answer) return;
    for (const name of await named(answer, address)) if (name) await this.part(name);
  }

  /** Keep an address once; answers with a copy of what was kept, or null where it was before. */
  async take(address) {
    const url = new URL(address);
    const key = url.pathname.startsWith("/static/") ? url.href : url.origin + url.pathname;
    if (this.seen.has(key)) return null;
    this.seen.add(key);
    const response = await fetch(key, { credentials: "same-origin" });
    // An entry that is only offered leads elsewhere; it is read once it is accepted.
    if (response.redirected && !response.url.includes("/sign-in")) return null;
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    const blob = await response.clone().blob();
    this.bytes += blob.size;
    await this.cache.put(key, response.clone());
    return response;
  }
}

const size = (bytes) =>
  new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: "megabyte", maximumFractionDigits: bytes < 10e6 ? 1 : 0,
  }).format(bytes / 1e6);

const note = {
  read: () => {
    try {
      return JSON.parse(localStorage.getItem(NOTE) || "null");
    } catch {
      return null;
    }
  },
  write: (value) => {
    try {
      if (value) localStorage.setItem(NOTE, JSON.stringify(value));
      else localStorage.removeItem(NOTE);
    } catch {
      // Without storage the pages are kept all the same; only the line about them is not.
    }
  },
};

const show = async () => {
  const kept = (await caches.has(KEPT)) ? note.read() : null;
  const line = box.querySelector("[data-offline-status]");
  box.querySelector("[data-offline-forget]").hidden = !kept;
  const words = kept && box.dataset.kept.replace("{count}", kept.pages).replace("{size}", size(kept.bytes)).replace("{when}",
    new Date(kept.at).toLocaleString(document.documentElement.lang, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }));
  line.textContent = words || box.dataset.none;
};

const prepare = async (button) => {
  const line = box.querySelector("[data-offline-status]");
  const pages = [...new Set([...document.querySelectorAll("[data-queue] a")].map(({ href }) => href.split("?")[0]))];
  const others = [addressOf(location.pathname), addressOf(box.dataset.offline)];
  const keeper = new Keeper();
  button.disabled = true;
  try {
    await navigator.serviceWorker.register(box.dataset.worker, { scope: "/" });
    await caches.delete(KEPT);
    await keeper.run(pages, others, (done, all) => {
      line.textContent = box.dataset.working.replace("{done}", done).replace("{all}", all);
    });
    navigator.storage?.persist?.();
    note.write({ pages: keeper.pages - others.length, bytes: keeper.bytes, at: Date.now() });
    await show();
  } catch {
    await caches.delete(KEPT);
    await show();
    line.textContent = box.dataset.failed;
  }
  button.disabled = false;
};

const forget = async () => {
  await caches.delete(KEPT);
  note.write(null);
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  await show();
};

if (box && "serviceWorker" in navigator && "caches" in window) {
  box.hidden = false;
  const button = box.querySelector("[data-offline-prepare]");
  button.addEventListener("click", () => prepare(button));
  box.querySelector("[data-offline-forget]").addEventListener("click", forget);
  show();
}
