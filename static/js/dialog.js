/** Native dialogs, menus that close, a question before what is hard to undo, focus on errors. */
const ask = (form) => {
  const { confirm, confirmYes, confirmNo } = form.dataset;
  const dialog = document.createElement("dialog");
  const text = document.createElement("p");
  text.id = "confirm-text";
  text.textContent = confirm;
  dialog.setAttribute("aria-labelledby", text.id);
  const acts = document.createElement("div");
  acts.className = "acts";
  const yes = document.createElement("button");
  yes.className = form.querySelector('button[type="submit"]')?.className || "btn go";
  yes.textContent = confirmYes;
  const no = document.createElement("button");
  no.className = "btn";
  no.textContent = confirmNo;
  no.autofocus = true;
  acts.append(yes, no);
  dialog.append(text, acts);
  document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    form.dataset.confirmed = "yes";
    dialog.close();
    form.requestSubmit();
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  ask(form);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.querySelector("[data-focus]")?.focus();
