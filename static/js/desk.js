/**
 * The juror's desk by keyboard: digits score the criterion that has the focus and go on to the
 * next one; J and K change the entry. Letters act on the whole page, so they have an off switch
 * (WCAG 2.1.4); digits act only inside a criterion and need none.
 */
const form = document.querySelector("[data-desk]");

const TWO_KEYS_MS = 500;

const point = (set, value) => set.querySelector(`input[type="radio"][value="${value}"]`);

const chosen = (set) => {
  const input = set.querySelector('input[type="radio"]:checked, input[type="number"]');
  return input && input.value !== "" ? { input, value: Number(input.value) } : null;
};

const choose = (set, value) => {
  const input = point(set, value);
  if (!input || input.disabled) return false;
  input.checked = true;
  input.focus();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};

const goOn = (sets, set) => {
  const next = sets[sets.indexOf(set) + 1];
  const target = next
    ? next.querySelector("input:checked") || next.querySelector("input")
    : form.querySelector("textarea:not(.crit textarea)");
  target?.focus();
};

const totals = (sets) => {
  const scored = sets.map((set) => [set, chosen(set)]).filter(([, found]) => found);
  const scales = new Set(sets.map((set) => `${set.dataset.low} ${set.dataset.high}`));
  const onePlain = scales.size === 1;
  let weights = 0;
  let sum = 0;
  for (const [set, { value }] of scored) {
    const weight = Number(set.dataset.weight ?? 1);
    const [low, high] = [Number(set.dataset.low), Number(set.dataset.high)];
    weights += weight;
    sum += weight * (onePlain ? value : ((value - low) / (high - low || 1)) * 100);
  }
  return { count: scored.length, total: weights ? sum / weights : null };
};

const update = (sets) => {
  const { count, total } = totals(sets);
  const lang = document.documentElement.lang || "en";
  const number = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  for (const one of document.querySelectorAll("[data-score-total]")) {
    one.textContent = total === null ? "—" : number.format(total);
  }
  for (const one of document.querySelectorAll("[data-score-count]")) {
    one.textContent = one.dataset.template.replace("{done}", count).replace("{all}", sets.length);
  }
  for (const line of document.querySelectorAll("[data-dot-line]")) move(line, total);
};

const move = (line, total) => {
  const me = line.querySelector(".me");
  if (total === null) {
    me.setAttribute("visibility", "hidden");
    return;
  }
  const [low, high] = [Number(line.dataset.low), Number(line.dataset.high)];
  const share = (Math.min(Math.max(total, low), high) - low) / (high - low || 1);
  me.setAttribute("cx", `${(2 + 96 * share).toFixed(2)}%`);
  me.removeAttribute("visibility");
};

const explain = (set) => {
  const anchor = set.querySelector(".anchor");
  const found = chosen(set);
  if (anchor) anchor.textContent = found ? found.input.dataset.anchor || "" : anchor.dataset.empty || "";
};

/**
 * 1 to 9 score at once; 0 scores 10 where the scale has no 0. A scale with both waits a moment
 * after a 1, whether a 0 follows to make it 10, before the focus goes on.
 */
const digits = (sets) => {
  let waiting = null;
  const goOnNow = () => {
    clearTimeout(waiting?.timer);
    const set = waiting?.set;
    waiting = null;
    if (set?.contains(document.activeElement)) goOn(sets, set);
  };
  const score = (set, key) => {
    if (waiting?.set === set && key === "0") {
      choose(set, 10);
      goOnNow();
      return;
    }
    const value = key === "0" && !point(set, 0) ? 10 : Number(key);
    if (!choose(set, value)) return;
    if (value === 1 && point(set, 0) && point(set, 10)) {
      waiting = { set, timer: setTimeout(goOnNow, TWO_KEYS_MS) };
    } else goOn(sets, set);
  };
  form.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!plain || event.target.type !== "radio" || !/^[0-9]$/.test(event.key)) return;
    event.preventDefault();
    // Another digit than 0 is already meant for the next criterion.
    if (waiting && event.key !== "0") goOnNow();
    const set = document.activeElement.closest(".crit");
    if (set && document.activeElement.type === "radio") score(set, event.key);
  });
};

/** What is missing is said at once and in its place; without scripts the server says the same. */
const gaps = (sets) => {
  const points = sets.filter((set) => "required" in set.dataset && !chosen(set));
  const texts = [...form.querySelectorAll("textarea[data-required]")].filter(({ value }) => !value.trim());
  return [...points, ...texts].sort((a, b) => (a.compareDocumentPosition(b) & 4 ? -1 : 1));
};

const complain = (gap) => {
  const points = gap.matches("fieldset");
  const line = document.createElement("p");
  line.className = "error";
  line.dataset.gap = "";
  line.setAttribute("role", "alert");
  line.textContent = points ? form.dataset.pointsMissing : form.dataset.commentMissing;
  if (points) gap.querySelector(".scale, .scale-number").before(line);
  else gap.before(line);
};

const check = (sets) => {
  form.addEventListener(
    "submit",
    (event) => {
      for (const old of form.querySelectorAll("[data-gap]")) old.remove();
      const found = event.submitter?.value === "submit" ? gaps(sets) : [];
      if (!found.length) return;
      event.preventDefault();
      for (const gap of found) complain(gap);
      const [first] = found;
      (first.matches("fieldset") ? first.querySelector("input") : first).focus();
    },
    { capture: true },
  );
};

/** The next entry that is not filled on this device either, else the list. */
const nextOpen = () => {
  const open = ":not(.done, .out, .now) > a";
  const next = document.querySelector(`.queue .now ~ li${open}`) ?? document.querySelector(`.queue li${open}`);
  return (next ?? document.querySelector(".desk-bar .back")).href;
};

/** Where the pages are kept on this device, the next one opens without a connection too. */
const later = () => {
  form.addEventListener("autosave:later", async () => {
    const kept = navigator.serviceWorker?.controller && (await caches.has("kept"));
    if (kept) location.assign(nextOpen());
  });
  // The server does not know yet what still waits on this device, and would lead back to it.
  form.addEventListener("autosave:go", (event) => {
    const path = event.detail.go;
    if (!document.querySelector(`.queue .done > a[href="${CSS.escape(path)}"]`)) return;
    event.preventDefault();
    location.assign(nextOpen());
  });
};

const letters = () => {
  const toggle = document.querySelector("input[data-shortcuts]");
  const stored = () => {
    try {
      return localStorage.getItem("shortcuts") !== "off";
    } catch {
      return true;
    }
  };
  if (toggle) {
    toggle.checked = stored();
    toggle.addEventListener("change", () => {
      try {
        localStorage.setItem("shortcuts", toggle.checked ? "on" : "off");
      } catch {
        // Without storage the switch holds for this page.
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    const writing = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
    const on = toggle ? toggle.checked : stored();
    if (!on || writing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    // The place of the key, so that the letters work on a Cyrillic layout too.
    const way = { KeyJ: "next", KeyK: "previous" }[event.code];
    if (way) document.querySelector(`[data-go="${way}"]`)?.click();
    const place = { KeyC: toCriteria, KeyN: toNote, KeyF: toFile }[event.code];
    if (place) {
      event.preventDefault();
      place();
    }
    if (event.key === "?") document.querySelector("[data-opens='keys']")?.click();
  });
};

const toCriteria = () => {
  const sets = [...form.querySelectorAll(".crit")];
  const set = sets.find((one) => !chosen(one)) ?? sets[0];
  (set?.querySelector("input:checked") ?? set?.querySelector("input"))?.focus();
};

const toNote = () => document.querySelector("#note")?.focus();

/** The next file after the one that has the focus, opened. */
const toFile = () => {
  const files = [...document.querySelectorAll("details[data-file]")];
  const at = files.findIndex((one) => one.contains(document.activeElement));
  const file = files[(at + 1) % files.length];
  if (!file) return;
  file.open = true;
  file.querySelector("summary").focus();
  file.scrollIntoView({ block: "start" });
};

/** Ctrl or Cmd with Enter hands in from wherever the focus is, Escape leaves the rubric for the text. */
const commands = () => {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.querySelector(".move .go")?.click();
    }
    if (event.key === "Escape" && form.contains(document.activeElement)) {
      document.activeElement.blur();
      document.querySelector("#main").focus({ preventScroll: true });
    }
  });
};

if (form) {
  const sets = [...form.querySelectorAll(".crit")];
  const refresh = () => {
    sets.forEach(explain);
    update(sets);
  };
  form.addEventListener("input", refresh);
  form.addEventListener("autosave:restored", refresh);
  digits(sets);
  letters();
  commands();
  check(sets);
  later();
  refresh();
}
