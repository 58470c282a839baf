// What follows a revision on the server: told by server-sent events, asking every few seconds where
// nothing is heard. A stream that some proxy holds back looks open and says nothing.
const ASK_EVERY = 5000;
const SILENCE = 15000;

/**
 * Call `changed` until the revision behind `ask` is `known()`, and `lost` with true while nobody
 * answers, with false when somebody does again.
 */
export function watch({ events, ask, known, changed, lost = () => {} }) {
  let told = null;
  let heard = -SILENCE;
  const follow = async (revision) => {
    told = String(revision);
    if (told !== String(known())) await changed();
  };
  const look = async () => {
    const answer = await fetch(ask).catch(() => null);
    lost(!answer || answer.status >= 500);
    // Who is signed out meanwhile gets the sign-in page, which says nothing of a revision.
    const said = answer?.ok ? await answer.json().catch(() => null) : null;
    if (said) await follow(said.revision);
  };
  const hear = ({ data }) => {
    heard = performance.now();
    lost(false);
    return follow(data);
  };
  if ("EventSource" in window) {
    const stream = new EventSource(`${events}${events.includes("?") ? "&" : "?"}revision=${known()}`);
    stream.addEventListener("changed", hear);
    stream.addEventListener("beat", hear);
    addEventListener("pagehide", () => stream.close());
  }
  setInterval(() => performance.now() - heard > SILENCE && look(), ASK_EVERY);
}
