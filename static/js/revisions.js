// What follows a revision on the server: told by server-sent events, asking every few seconds where there are none.
const ASK_EVERY = 5000;

/** Call `changed` as often as the revision behind `ask` is another one than `known()`. */
export function watch({ events, ask, known, changed }) {
  const look = async () => {
    const answer = await fetch(ask).catch(() => null);
    // Who is signed out meanwhile gets the sign-in page, which says nothing of a revision.
    const said = answer?.ok ? await answer.json().catch(() => null) : null;
    if (said && String(said.revision) !== String(known())) {
      await changed();
    }
  };
  if ("EventSource" in window) {
    const stream = new EventSource(`${events}${events.includes("?") ? "&" : "?"}revision=${known()}`);
    stream.addEventListener("changed", () => changed());
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) {
        setInterval(look, ASK_EVERY);
      }
    });
    addEventListener("pagehide", () => stream.close());
  } else {
    setInterval(look, ASK_EVERY);
  }
}
