// A page that follows a meeting: told by server-sent events, asking every few seconds where there are none.
const ASK_EVERY = 5000;

const live = () => document.getElementById("live");
const typing = () => {
  const focused = document.activeElement;
  const kept = [...document.querySelectorAll("#live [data-keep] :is(textarea, input[type=text], input[type=number])")];
  return kept.some((field) => field === focused || field.value !== field.defaultValue);
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
  }
}

async function ask() {
  const answer = await fetch(live().dataset.ask).catch(() => null);
  if (answer?.ok) {
    const { revision } = await answer.json();
    if (String(revision) !== live().dataset.revision) {
      await refresh();
    }
  }
}

function listen() {
  const stream = new EventSource(`${live().dataset.live}?revision=${live().dataset.revision}`);
  stream.addEventListener("changed", refresh);
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) {
      setInterval(ask, ASK_EVERY);
    }
  });
  addEventListener("pagehide", () => stream.close());
}

document.addEventListener("focusout", () => waiting && setTimeout(refresh, 200));
if (live()) {
  if ("EventSource" in window) {
    listen();
  } else {
    setInterval(ask, ASK_EVERY);
  }
}
