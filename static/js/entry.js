/**
 * The answers' form without JavaScript sends the version that each answer had when the page was
 * made. With it, autosave.js has moved the versions on: send those.
 */
for (const form of document.querySelectorAll("form[data-autosave-fields]")) {
  form.addEventListener("submit", () => {
    for (const scope of form.querySelectorAll("[data-autosave-field]")) {
      const sent = form.elements[`version_${scope.dataset.autosaveField}`];
      if (sent) sent.value = scope.dataset.version ?? "0";
    }
  });
}
