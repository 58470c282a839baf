/**
 * PDFs in their place: pages drawn on canvases as they come into sight, their text for screen
 * readers beside them. The file itself is only ever sent as a download that no browser runs.
 */
const PARTS = document.querySelector("[data-pdfjs]");

const ZOOMS = [1, 1.5, 2, 3];
const SHARPEST = 2;

let library = null;

const pdfjs = async () => {
  const { pdfjs: address, pdfWorker } = PARTS.dataset;
  library ??= await import(address);
  library.GlobalWorkerOptions.workerSrc = pdfWorker;
  return library;
};

const open = async (url) => {
  const [{ getDocument }, response] = await Promise.all([pdfjs(), fetch(url)]);
  if (!response.ok) throw new Error(String(response.status));
  const { pdfFonts, pdfDecoders } = PARTS.dataset;
  return getDocument({
    data: await response.arrayBuffer(),
    standardFontDataUrl: pdfFonts,
    // The page's policy lets nothing be compiled: pictures are decoded by plain script.
    wasmUrl: pdfDecoders,
    useWasm: false,
    enableXfa: false,
    stopAtErrors: false,
  }).promise;
};

class Viewer {
  constructor(details) {
    this.details = details;
    this.view = details.querySelector("[data-pdf-view]");
    this.status = details.querySelector("[data-pdf-status]");
    this.zoom = 0;
    this.sheets = [];
    this.opening = null;
    details.addEventListener("toggle", () => details.open && this.start());
    for (const button of details.querySelectorAll("[data-pdf-zoom]")) {
      button.addEventListener("click", () => this.scale(Number(button.dataset.pdfZoom)));
    }
  }

  start() {
    this.opening ??= this.load().catch(() => {
      this.opening = null;
      this.view.hidden = true;
      this.status.textContent = this.status.dataset.failed;
    });
  }

  async load() {
    this.status.textContent = this.status.dataset.loading;
    const file = await open(this.details.dataset.pdf);
    this.view.hidden = false;
    this.details.querySelector("[data-pdf-tools]").hidden = false;
    await this.lay(file);
    const seen = new IntersectionObserver((entries) => this.draw(entries), { root: this.view, rootMargin: "60%" });
    for (const { box } of this.sheets) seen.observe(box);
    this.view.addEventListener("scroll", () => this.tell(), { passive: true });
    this.tell();
  }

  /** Give every page its room before any is drawn, so that nothing jumps. */
  async lay(file) {
    const first = (await file.getPage(1)).getViewport({ scale: 1 });
    for (let number = 1; number <= file.numPages; number += 1) {
      const box = document.createElement("div");
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(first.width);
      canvas.height = Math.round(first.height);
      canvas.setAttribute("aria-hidden", "true");
      const text = document.createElement("p");
      text.className = "vh";
      box.append(canvas, text);
      this.view.append(box);
      this.sheets.push({ box, canvas, text, number, file, drawn: 0 });
    }
  }

  draw(entries) {
    for (const { target, isIntersecting } of entries) {
      const sheet = this.sheets.find(({ box }) => box === target);
      sheet.near = isIntersecting;
      if (isIntersecting) this.paint(sheet);
    }
  }

  async paint(sheet) {
    const wide = sheet.canvas.clientWidth * Math.min(devicePixelRatio || 1, SHARPEST);
    if (!wide || sheet.drawn === wide) return;
    sheet.drawn = wide;
    const page = await sheet.file.getPage(sheet.number);
    const viewport = page.getViewport({ scale: wide / page.getViewport({ scale: 1 }).width });
    if (sheet.drawn !== wide) return;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(viewport.width);
    canvas.height = Math.round(viewport.height);
    canvas.setAttribute("aria-hidden", "true");
    await page.render({ canvas, viewport }).promise;
    if (sheet.drawn !== wide) return;
    sheet.canvas.replaceWith(canvas);
    sheet.canvas = canvas;
    if (!sheet.text.textContent) {
      const { items } = await page.getTextContent();
      sheet.text.textContent = items.map(({ str, hasEOL }) => str + (hasEOL ? "\n" : "")).join("");
    }
  }

  scale(step) {
    this.zoom = Math.min(Math.max(this.zoom + step, 0), ZOOMS.length - 1);
    this.view.dataset.zoom = String(ZOOMS[this.zoom]);
    for (const sheet of this.sheets) if (sheet.near) this.paint(sheet);
  }

  tell() {
    const middle = this.view.scrollTop + this.view.clientHeight / 2;
    const shown = this.sheets.findLast(({ box }) => box.offsetTop <= middle) ?? this.sheets[0];
    const words = this.status.dataset.page
      .replace("{page}", shown.number)
      .replace("{all}", this.sheets.length);
    if (this.status.textContent !== words) this.status.textContent = words;
  }
}

for (const details of document.querySelectorAll("details[data-pdf]")) new Viewer(details);
