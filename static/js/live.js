// A page that follows a meeting or a stage: its live part is fetched anew with each revision.
import { watch } from "./revisions.js";

const live = () => document.getElementById("live");
const changed = (field) => {
  if (field.matches("select")) return [...field.options].some((one) => one.selected !== one.defaultSelected);
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
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
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

document.addEventListener("focusout", () => waiting && setTimeout(refresh, 200));
if (live()) {
  watch({
    events: live().dataset.live,
    ask: live().dataset.ask,
    known: () => live().dataset.revision,
    changed: refresh,
  });
}
