/**
 * Saves while a person types, and loses nothing when the network does.
 *
 * Form mode:  <form data-autosave="URL" data-version="3">: the whole form in one PUT.
 * Field mode: <form data-autosave-fields data-autosave-url="URL">: each [data-autosave-field="KEY"]
 *             with its own data-version is PUT alone to URL/KEY as {value, version}.
 * The page's words come from [data-autosave-status]; docs/ui.md has the answers of the server.
 */
import { drop, put, read, rebase, send } from "./outbox.js";

const RETRY_MS = 15000;

const AGAIN_MS = 2000;

const token = (form) =>
  form.elements.csrf_token?.value || document.querySelector('meta[name="csrf-token"]')?.content || "";

const same = (a, b) => JSON.stringify(a ?? "") === JSON.stringify(b ?? "");

const shown = (value, nothing) => {
  const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
  return text === "" ? nothing : text;
};

const controls = (scope) =>
  scope.matches("input, textarea, select")
    ? [scope]
    : [...scope.querySelectorAll("input, textarea, select")].filter((one) => one.name);

const valueOf = (scope) => {
  const all = controls(scope);
  const first = all[0];
  if (!first) return null;
  if (first.type === "radio") return all.find((one) => one.checked)?.value ?? null;
  if (first.type === "checkbox") {
    return all.length === 1 && scope === first
      ? first.checked
      : all.filter((one) => one.checked).map((one) => one.value);
  }
  if (first.multiple && first.options) return [...first.selectedOptions].map((one) => one.value);
  return first.value;
};

const fill = (scope, value) => {
  for (const one of controls(scope)) {
    if (one.type === "radio") one.checked = one.value === String(value ?? "");
    else if (one.type === "checkbox") {
      one.checked = Array.isArray(value) ? value.map(String).includes(one.value) : Boolean(value);
    } else if (one.multiple && one.options) {
      for (const option of one.options) option.selected = (value || []).map(String).includes(option.value);
    } else one.value = value ?? "";
  }
  scope.dispatchEvent(new CustomEvent("autosave:filled", { bubbles: true }));
};

/** A label without the small print inside it. */
const ownWords = (label) =>
  [...(label?.childNodes ?? [])].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data).join(" ").trim();

const labelOf = (scope, form) =>
  scope.dataset?.title ||
  scope.querySelector?.("legend")?.textContent.trim() ||
  ownWords(form.querySelector(`label[for="${CSS.escape(scope.id || "")}"]`)) ||
  "";

/** One thing that is saved as a whole: a field of its own, or a form. */
class Place {
  constructor(saver, scope, url, key) {
    this.saver = saver;
    this.scope = scope;
    this.url = url;
    this.key = key;
    this.name = key === null ? url : `${url}#${key}`;
    this.timer = 0;
    this.sending = null;
    this.state = "";
    this.torn = false;
  }

  collect() {
    if (this.key !== null) return valueOf(this.scope);
    const data = {};
    for (const [name, value] of new FormData(this.scope)) {
      if (name === "csrf_token" || value instanceof File) continue;
      if (!(name in data)) data[name] = value;
      else data[name] = [data[name], value].flat();
    }
    return data;
  }

  touch(delay) {
    put(this.name, this.scope.dataset.version ?? "0", this.collect());
    if (this.torn) return;
    this.state = "";
    this.saver.show("saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  /** Send what waits; resolves with whether the server has it, or with the attempt under way. */
  flush(leaving = false) {
    const item = read(this.name);
    if (this.sending || !item || this.torn || this.state === "refused") return this.sending ?? Promise.resolve(!item);
    this.sending = this.deliver(item, leaving);
    return this.sending;
  }

  async deliver(item, leaving) {
    const body = this.key === null ? item.data : { value: item.data, version: Number(item.version) };
    const { state, answer } = await send(this.url, item, body, token(this.saver.form), leaving);
    this.sending = null;
    const newer = read(this.name)?.key !== item.key;
    this.state = state === "refused" && newer ? "" : state;
    if (state === "saved") this.saved(item, answer);
    else if (state === "clash") this.clash(item, answer);
    else if (state === "refused" && "version" in answer) this.savedOnly(item, answer);
    else if (this.state) {
      if (state === "refused") this.complain(answer.message);
      this.saver.show(state, answer.message || this.saver.text(state === "queued" && this.acts() ? "later" : state));
    } else this.flush();
    return state === "saved";
  }

  /** Whether more than saving was asked for: handing in, or going on. */
  acts() {
    return this.key === null && Boolean(read(this.name)?.data.action);
  }

  /** Ask for more than saving; what was asked for waits with the rest where nothing can be sent. */
  async act(action) {
    clearTimeout(this.timer);
    await this.sending;
    if (this.torn) return "clash";
    put(this.name, this.scope.dataset.version ?? "0", { ...this.collect(), action });
    this.state = "";
    this.saver.show("saving");
    await this.flush();
    return this.torn ? "clash" : this.state;
  }

  /** The server has it, and says why it did not do the rest. */
  savedOnly(item, answer) {
    this.know(answer.version);
    if (read(this.name)?.key === item.key) drop(this.name);
    else rebase(this.name, answer.version);
    this.saver.show("refused", answer.message);
  }

  /** Say at the field itself what is wrong with it: the status line may be far away on a phone. */
  complain(words) {
    const field = this.key === null ? null : this.scope.closest(".field");
    if (!field) return;
    const named = `${this.scope.id}-error`;
    let line = document.getElementById(named);
    field.classList.toggle("has-error", Boolean(words));
    const about = (this.scope.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== named);
    if (words) about.push(named);
    const told = { "aria-describedby": about.join(" "), "aria-invalid": words ? "true" : "" };
    for (const [name, value] of Object.entries(told)) {
      if (value) this.scope.setAttribute(name, value);
      else this.scope.removeAttribute(name);
    }
    if (!words) {
      line?.remove();
      return;
    }
    if (!line) {
      line = element("p", "");
      line.id = named;
      line.className = "error";
      if (this.scope.matches("fieldset")) this.scope.querySelector("legend").after(line);
      else this.scope.before(line);
    }
    line.textContent = words;
  }

  /** Send until nothing waits; stops at the first attempt that fails. */
  async settle() {
    clearTimeout(this.timer);
    while ((this.sending || read(this.name)) && (await this.flush()));
  }

  /** A form that is sent as a whole names the version too, as it does without JavaScript. */
  know(version) {
    this.scope.dataset.version = version;
    const named = this.key === null && this.scope.elements.version;
    if (named) named.value = version;
  }

  saved(item, answer) {
    this.know(answer.version);
    this.complain("");
    if (read(this.name)?.key === item.key) drop(this.name);
    else rebase(this.name, answer.version);
    if (answer.go) {
      const asked = new CustomEvent("autosave:go", { cancelable: true, detail: answer });
      if (this.scope.dispatchEvent(asked)) location.assign(answer.go);
      return;
    }
    this.saver.form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true, detail: answer }));
    if (read(this.name)) this.flush();
    else this.saver.settled(answer);
  }

  /** The two versions side by side; an answer that was merely lost shows none. */
  clash(item, answer) {
    const pairs = (this.key !== null ? [[this.scope, item.data, answer.value]] : this.differing(item.data, answer.values || {}))
      .filter(([, mine, theirs]) => !same(mine, theirs));
    if (!pairs.length) {
      this.saved(item, answer);
      return;
    }
    this.torn = true;
    this.saver.show("clash");
    this.saver.compare(this, pairs, {
      mine: () => {
        rebase(this.name, answer.version);
        this.torn = false;
        this.flush();
      },
      theirs: () => {
        for (const [scope, , theirs] of pairs) fill(scope, theirs);
        this.know(answer.version);
        drop(this.name);
        this.torn = false;
        this.saver.settled(answer);
      },
    });
  }

  differing(mine, theirs) {
    const found = Object.keys(theirs).flatMap((name) => {
      const named = this.scope.elements[name];
      const control = named instanceof RadioNodeList ? named[0].closest("fieldset") : named;
      return control ? [[control, mine[name], theirs[name]]] : [];
    });
    // In the order of the page, whatever order the server names them in.
    return found.sort(([a], [b]) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  }

  /** A crash or a closed tab left something behind: back into the page, and off to the server. */
  restore() {
    const item = read(this.name);
    if (!item) return;
    if (this.key !== null) fill(this.scope, item.data);
    else {
      for (const [scope, value] of this.differing({}, item.data).map(([s, , v]) => [s, v])) fill(scope, value);
    }
    this.flush();
  }
}

class Saver {
  constructor(form) {
    this.form = form;
    this.status = document.querySelector(`[data-autosave-status="${form.id}"]`) || form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
    this.delay = Number(form.dataset.autosaveDelay || 800);
    this.places = "autosaveFields" in form.dataset
      ? [...form.querySelectorAll("[data-autosave-field]")].map((scope) => this.placeOf(scope))
      : [new Place(this, form, form.dataset.autosave, null)];
  }

  placeOf(scope) {
    const key = scope.dataset.autosaveField;
    const { urlTemplate, autosaveUrl } = this.form.dataset;
    const url = urlTemplate
      ? urlTemplate.replace("KEY", encodeURIComponent(key))
      : `${autosaveUrl}/${encodeURIComponent(key)}`;
    return new Place(this, scope, url, key);
  }

  start() {
    this.form.addEventListener("input", (event) => this.changed(event, this.delay));
    // A ready answer (a radio, a box, a date, leaving a text) is worth saving at once.
    this.form.addEventListener("change", (event) => this.changed(event, 0));
    this.form.addEventListener("autosave:filled", () => this.form.dispatchEvent(new CustomEvent("autosave:restored")));
    this.form.addEventListener("submit", (event) => this.beforeSubmit(event));
    // A network that has just come back does not always carry the first request.
    addEventListener("online", () => [0, AGAIN_MS].forEach((ms) => setTimeout(() => this.flush(), ms)));
    addEventListener("pagehide", () => this.flush(true));
    document.addEventListener("visibilitychange", () => this.flush(document.hidden));
    setInterval(() => this.flush(), RETRY_MS);
    for (const place of this.places) place.restore();
  }

  changed(event, delay) {
    if (event.target.type === "file" || event.target.closest("[data-no-autosave]")) return;
    const place = this.places.find((one) => one.scope.contains(event.target));
    place?.touch(delay);
  }

  flush(leaving = false) {
    for (const place of this.places) place.flush(leaving);
  }

  /**
   * A save under way would overtake the form and make it look stale: the form goes after it.
   * What could not be sent keeps the page open, for the browser's own error page would replace it;
   * what was refused is sent along, so that the page comes back and names what is wrong.
   */
  async beforeSubmit(event) {
    if (this.form.dataset.autosaveActs !== undefined && event.submitter?.name === "action") {
      this.act(event);
      return;
    }
    const waiting = this.places.filter((place) => place.sending || read(place.name));
    if (event.defaultPrevented || this.submitting || !waiting.length) return;
    event.preventDefault();
    await Promise.all(waiting.map((place) => place.settle()));
    // The browser ignores a second submit while it still hands round the first.
    await new Promise((resolve) => setTimeout(resolve));
    const stays = this.places.find((place) => place.torn || (read(place.name) && place.state !== "refused"));
    if (stays) {
      this.show(stays.torn ? "clash" : stays.state || "queued");
      return;
    }
    this.submit(event.submitter);
  }

  /** The form's buttons work without a connection too; what the server refuses, its page explains. */
  async act(event) {
    if (event.defaultPrevented || this.submitting) return;
    event.preventDefault();
    const { submitter } = event;
    const outcome = await this.places[0].act(submitter.value);
    if (outcome === "refused") this.submit(submitter);
    if (outcome === "queued") this.form.dispatchEvent(new CustomEvent("autosave:later"));
  }

  submit(submitter) {
    this.submitting = true;
    this.form.requestSubmit(submitter);
    this.submitting = false;
  }

  settled(answer) {
    if (this.places.some((place) => read(place.name) && place.state !== "refused")) return;
    const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    this.show("saved", this.text("saved").replace("{}", answer.saved_at || now));
  }

  text(state) {
    const words = this.status?.dataset || {};
    return words[state === "signed-out" ? "signedOut" : state] || "";
  }

  show(state, words) {
    if (!this.status) return;
    this.status.dataset.state = state;
    // Heard at each digit it would drown the rest; what became of it is said.
    this.status.setAttribute("aria-live", state === "saving" ? "off" : "polite");
    this.status.textContent = words || this.text(state);
    if (state === "signed-out") this.offerSignIn();
  }

  /** The page itself stays as it is: signing in happens beside it. */
  offerSignIn() {
    const { signIn, signInUrl } = this.status.dataset;
    if (!signInUrl) return;
    const line = element("span", `${this.status.textContent} `);
    line.append(Object.assign(element("a", signIn), { href: signInUrl, target: "_blank" }));
    this.status.replaceChildren(line);
  }

  compare(place, pairs, choose) {
    const words = this.status?.dataset || {};
    const box = document.createElement("div");
    box.className = "clash";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", words.clash || "");
    box.dataset.noAutosave = "";
    for (const [scope, mine, theirs] of pairs) box.append(this.versions(scope, mine, theirs, words));
    const acts = document.createElement("div");
    acts.className = "acts";
    for (const [name, label] of [["mine", words.keepMine], ["theirs", words.takeTheirs]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = label || name;
      button.addEventListener("click", () => {
        box.remove();
        choose[name]();
      });
      acts.append(button);
    }
    box.append(acts);
    const anchor = place.key === null ? this.form : place.scope.closest(".field, .crit") || place.scope;
    if (place.key === null) anchor.prepend(box);
    else anchor.after(box);
    box.scrollIntoView({ block: "nearest" });
  }

  versions(scope, mine, theirs, words) {
    const part = document.createElement("div");
    const title = labelOf(scope, this.form);
    if (title) part.append(element("p", title));
    const both = document.createElement("div");
    both.className = "versions";
    for (const [label, value] of [[words.mine, mine], [words.theirs, theirs]]) {
      const one = document.createElement("div");
      one.append(element("h3", label || ""), element("p", shown(value, words.nothing || "")));
      both.append(one);
    }
    part.append(both);
    return part;
  }
}

const element = (name, text) => {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
};

for (const form of document.querySelectorAll("form[data-autosave], form[data-autosave-fields]")) {
  new Saver(form).start();
}
