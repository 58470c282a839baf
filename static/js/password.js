/** A button beside each password that shows what was typed: nobody hits every key on a phone. */
const { show, hide } = document.querySelector("[data-password-words]").dataset;

for (const field of document.querySelectorAll('input[type="password"]')) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet";
  button.setAttribute("aria-controls", field.id);
  const turn = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? hide : show;
    button.setAttribute("aria-pressed", String(shown));
  };
  turn(false);
  button.addEventListener("click", () => turn(field.type === "password"));
  // A browser keeps what was sent as plain text for the next form.
  field.form.addEventListener("submit", () => turn(false));
  field.after(button);
}
