/**
 * What was typed and not yet acknowledged, kept on the device until the server has it.
 *
 * One item a place (a form, or a field of one): {key, version, data, at}. `key` names this very
 * content to the server, so that a save whose answer was lost is not carried out twice;
 * `version` is what the page showed when the typing began, so that a stale page cannot overwrite.
 */
const memory = new Map();

export const read = (place) => {
  try {
    return JSON.parse(localStorage.getItem("outbox:" + place) || "null");
  } catch {
    return memory.get(place) || null;
  }
};

export const put = (place, version, data) => {
  const waiting = read(place);
  const item = {
    key: crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`,
    version: waiting ? waiting.version : version,
    data,
    at: Date.now(),
  };
  try {
    localStorage.setItem("outbox:" + place, JSON.stringify(item));
  } catch {
    memory.set(place, item);
  }
  return item;
};

export const rebase = (place, version) => {
  const item = read(place);
  if (!item) return;
  drop(place);
  put(place, version, item.data);
};

export const drop = (place) => {
  memory.delete(place);
  try {
    localStorage.removeItem("outbox:" + place);
  } catch {
    // Nothing was stored where storage is refused.
  }
};

/** All places at which something waits to be sent. */
export const waiting = () => {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith("outbox:"))
      .map((name) => name.slice("outbox:".length));
  } catch {
    return [...memory.keys()];
  }
};

/** Who signed in again in another tab has a new token: the page goes on with it. */
const renew = (token) => {
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", token);
};

/** Outcome of one attempt: {state, answer}; state is saved, clash, refused (with its status), signed-out or queued. */
export const send = async (url, item, body, token, leaving = false, renewed = false) => {
  const text = JSON.stringify(body);
  let response;
  try {
    response = await fetch(url, {
      method: "PUT",
      credentials: "same-origin",
      redirect: "manual",
      // Browsers refuse keepalive above 64 KB in all; the outbox holds what is larger.
      keepalive: leaving && text.length < 30000,
      signal: AbortSignal.timeout(10000),
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": token,
        "If-Match": String(item.version),
        "Idempotency-Key": item.key,
      },
      body: text,
    });
  } catch {
    return { state: "queued", answer: {} };
  }
  if (response.type === "opaqueredirect" || response.status === 401) {
    return { state: "signed-out", answer: {} };
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return { state: "saved", answer };
  if (response.status === 400 && answer.csrf_token && !renewed) {
    renew(answer.csrf_token);
    return send(url, item, body, answer.csrf_token, leaving, true);
  }
  if (response.status === 409 && "version" in answer) return { state: "clash", answer };
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    return { state: "queued", answer };
  }
  return { state: "refused", answer, status: response.status };
};
