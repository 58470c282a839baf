// Merge fields by picking: a button puts its field where the cursor stands in the form's last text.

for (const form of document.querySelectorAll("form:has([data-field])")) {
  let place = form.querySelector("textarea");
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea[lang], input[lang]")) place = event.target;
  });
  for (const button of form.querySelectorAll("[data-field]")) {
    button.hidden = false;
    button.nextElementSibling.hidden = true;
    button.addEventListener("click", () => {
      place.setRangeText(button.dataset.field, place.selectionStart, place.selectionEnd, "end");
      place.dispatchEvent(new Event("input", { bubbles: true }));
      place.focus();
    });
  }
}
