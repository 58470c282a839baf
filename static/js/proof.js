// Draws the first page of a PDF on its canvas: <canvas data-proof="URL">.
const assets = new URL("../vendor/pdfjs/", import.meta.url);

async function draw(canvas) {
  const pdfjs = await import(new URL("pdf.mjs", assets).href);
  pdfjs.GlobalWorkerOptions.workerSrc = new URL("pdf.worker.mjs", assets).href;
  const answer = await fetch(canvas.dataset.proof, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(await answer.text());
  const task = pdfjs.getDocument({
    data: await answer.arrayBuffer(),
    isEvalSupported: false,
    standardFontDataUrl: new URL("standard_fonts/", assets).href,
    wasmUrl: new URL("wasm/", assets).href,
  });
  const page = await (await task.promise).getPage(1);
  const width = canvas.clientWidth * Math.min(window.devicePixelRatio || 1, 2);
  const scale = width / page.getViewport({ scale: 1 }).width;
  const viewport = page.getViewport({ scale });
  canvas.width = viewport.width;
  canvas.height = viewport.height;
  await page.render({ canvas, canvasContext: canvas.getContext("2d"), viewport }).promise;
  canvas.dataset.drawn = "true";
}

for (const canvas of document.querySelectorAll("canvas[data-proof]")) {
  draw(canvas).catch((error) => {
    const line = document.querySelector("[data-proof-error]");
    line.textContent = error.message;
    line.hidden = false;
    canvas.hidden = true;
  });
}
