// A page that follows a meeting or a stage: its live part is fetched anew with each revision.
import { watch } from "./revisions.js";

const live = () => document.getElementById("live");
const changed = (field) => {
  // Where the page chooses none, the browser shows the first.
  const chosen = (select) => Math.max(0, [...select.options].findIndex((one) => one.defaultSelected));
  if (field.matches("select")) return field.selectedIndex !== chosen(field);
  return field.matches("[type=radio], [type=checkbox]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
};
const typing = () => {
  const kept = [...document.querySelectorAll("#live [data-keep] :is(textarea, select, input:not([type=hidden]))")];
  const writing = (field) => field === document.activeElement && field.matches("textarea, [type=text], [type=number]");
  return kept.some((field) => writing(field) || changed(field));
};

let waiting = false;

async function refresh() {
  if (typing()) {
    waiting = true;
    return;
  }
  waiting = false;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) {
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("live");
  if (found && !typing()) {
    live().replaceWith(found);
    document.title = page.title;
    found.dispatchEvent(new CustomEvent("live:renewed", { bubbles: true }));
  }
}

/** Nobody may take a page for the present that has stopped following it. */
const lost = (is) => {
  const line = document.getElementById("lost");
  if (!is || line) {
    if (!is) line?.remove();
    return;
  }
  const made = document.createElement("p");
  made.id = "lost";
  made.className = "flash warning";
  made.setAttribute("role", "alert");
  made.textContent = live().dataset.lost;
  live().before(made);
};

document.addEventListener("focusout", () => waiting && setTimeout(refresh, 200));
if (live()) {
  watch({
    events: live().dataset.live,
    ask: live().dataset.ask,
    known: () => live().dataset.revision,
    changed: refresh,
    lost,
  });
}
