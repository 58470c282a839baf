/**
 * Sends files in pieces, each with a line that shows how far it has come. What has arrived stays:
 * after a lost connection the rest follows by itself; after a reload the same file, chosen again,
 * goes on where it stopped. <form data-upload> stays a plain form, and is sent as one where the
 * browser cannot compute a digest.
 */
const PIECE = 256 * 1024;
const PAUSES = [1000, 2000, 5000, 10000, 20000];
const TOKEN = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

let underWay = 0;
addEventListener("beforeunload", (event) => underWay && event.preventDefault());

/** The server said no: another try would hear the same. */
class Refused extends Error {}

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What the server would refuse anyway, said before a phone sends it for minutes. */
const objection = (form, file) => {
  const kinds = form.elements.file.accept.toLowerCase().split(",").filter(Boolean);
  if (kinds.includes(".jpg") && /\.hei[cf]$/iu.test(file.name)) return form.dataset.heic;
  if (kinds.length && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return form.dataset.wrongKind;
  return file.size > Number(form.dataset.mostBytes || Infinity) ? form.dataset.tooLarge : "";
};

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    for (const [source, name] of [[window, "online"], [signal, "abort"]]) {
      source.addEventListener(name, () => (clearTimeout(timer), resolve()), { once: true });
    }
  });

/** One answer of the server; what a network or a busy server does is thrown as it is, a no as Refused. */
const ask = async (url, words, options) => {
  const response = await fetch(url, { ...options, headers: { Accept: "application/json", ...options.headers } });
  if (response.status >= 500 || response.status === 429) throw new Error(`status ${response.status}`);
  if (response.redirected || response.status === 401) throw new Refused(words.signedOut);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok && answer.offset === undefined) throw new Refused(answer.message || words.failed);
  return answer;
};

/** Send what is missing, piece by piece, as long as nothing fails. */
const sendRest = async (url, file, line, words, signal) => {
  let { offset, done } = await ask(url, words, { signal });
  while (!done) {
    line.show(offset / file.size, offset < file.size ? words.sending : words.checking);
    const headers = {
      "Content-Type": "application/octet-stream",
      "Upload-Name": encodeURIComponent(file.name),
      "Upload-Length": file.size,
      "Upload-Offset": offset,
      "X-CSRFToken": TOKEN(),
    };
    const body = file.slice(offset, offset + PIECE);
    ({ offset, done } = await ask(url, words, { method: "PUT", headers, body, signal }));
  }
};

const send = async (form, file, line, words, signal) => {
  const digest = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const url = `${form.action}/parts/${digest}`;
  remember(form, file.name);
  for (let tries = 0; ; tries += 1) {
    const before = line.share;
    try {
      await sendRest(url, file, line, words, signal);
      return forget(form);
    } catch (error) {
      if (error instanceof Refused) forget(form);
      if (error instanceof Refused || signal.aborted) throw error;
      if (line.share > before) tries = 0;
      line.show(line.share, words.offline);
      await pause(PAUSES[Math.min(tries, PAUSES.length - 1)], signal);
    }
  }
};

const key = (form) => `upload:${new URL(form.action).pathname.slice(3)}`;
const remember = (form, name) => localStorage.setItem(key(form), name);
const forget = (form) => localStorage.removeItem(key(form));

const make = (name, properties = {}, children = []) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** The line of one file in the list: its name, how far it is, and how to stop it. */
const lineOf = (list, file, words, stop) => {
  const bar = make("progress", { max: 100, value: 0, ariaLabel: file.name });
  const state = make("small", { textContent: words.waiting });
  const button = make("button", { type: "button", className: "btn quiet", textContent: words.stop, onclick: stop });
  const item = make("li", {}, [make("b", { textContent: file.name }), bar, state, button]);
  list.append(item);
  return {
    share: 0,
    show(share, text) {
      this.share = share;
      bar.value = Math.floor(share * 100);
      state.textContent = text.replace("{}", bar.value);
    },
    end(text, failed) {
      this.failed = failed;
      state.textContent = text;
      item.classList.toggle("failed", failed);
      bar.hidden = failed;
      button.remove();
    },
    item,
  };
};

const sendOne = async (form, file, line, words, signal) => {
  const wrong = objection(form, file);
  if (wrong) return line.end(wrong, true);
  try {
    await send(form, file, line, words, signal);
    return line.end(words.done, false);
  } catch (error) {
    return line.end(error instanceof Refused ? error.message : signal.aborted ? words.stopped : words.failed, true);
  }
};

const sendAll = async (form, files) => {
  const list = form.querySelector("[data-upload-list]");
  const words = { ...list.dataset };
  const jobs = files.map((file) => {
    const controller = new AbortController();
    return { file, signal: controller.signal, line: lineOf(list, file, words, () => controller.abort()) };
  });
  list.hidden = false;
  form.querySelectorAll('button[type="submit"], input[type="file"]').forEach((one) => (one.disabled = true));
  underWay += 1;
  for (const { file, line, signal } of jobs) await sendOne(form, file, line, words, signal);
  underWay -= 1;
  await showAnew(form.getAttribute("action"), jobs);
};

/** Show the page as the server has it now, and below its form what did not arrive, and why. */
const showAnew = async (action, jobs) => {
  const answer = await fetch(location.href).catch(() => null);
  const main = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (main) document.querySelector("main").replaceWith(document.importNode(main, true));
  document.querySelectorAll("form[data-upload]").forEach(start);
  const said = jobs.map(({ file, line }) => `${file.name}: ${line.item.querySelector("small").textContent}`);
  const form = [...document.querySelectorAll("form[data-upload]")].find((one) => one.getAttribute("action") === action);
  const status = (form ?? document).querySelector("[data-upload-status]");
  if (status) status.textContent = said.join("; ");
  const list = form?.querySelector("[data-upload-list]");
  const failed = jobs.filter(({ line }) => line.failed).map(({ line }) => line.item);
  list?.append(...failed);
  if (list) list.hidden = !failed.length;
};

const start = (form) => {
  const unfinished = form.querySelector("[data-upload-unfinished]");
  const name = localStorage.getItem(key(form));
  if (unfinished && name && !underWay) {
    unfinished.textContent = unfinished.dataset.uploadUnfinished.replace("{}", name);
    unfinished.hidden = false;
  }
  form.addEventListener("submit", (event) => {
    const files = [...form.elements.file.files];
    if (event.defaultPrevented || !files.length || !globalThis.crypto?.subtle) return;
    event.preventDefault();
    if (unfinished) unfinished.hidden = true;
    form.querySelector("[data-upload-list]").replaceChildren();
    sendAll(form, files);
  });
};

document.querySelectorAll("form[data-upload]").forEach(start);
