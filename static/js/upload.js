/**
 * Shows how far a file has come. <form data-upload> stays a plain form: the same request, the same
 * answer; the page the server names (a redirect, or the form with its errors) is shown afterwards.
 */
/** What the server would refuse anyway, said before a phone sends it for minutes. */
const objection = (form) => {
  const input = form.querySelector('input[type="file"]');
  const [file] = input.files;
  const kinds = input.accept.toLowerCase().split(",").filter(Boolean);
  if (kinds.length && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return form.dataset.wrongKind || "";
  return file.size > Number(form.dataset.mostBytes || Infinity) ? form.dataset.tooLarge || "" : "";
};

const start = (form) => {
  const bar = form.querySelector("[data-upload-progress]");
  const status = form.querySelector("[data-upload-status]");
  if (!bar || !status) return;
  const say = (text) => {
    status.textContent = text;
  };
  const fail = () => {
    bar.hidden = true;
    say(status.dataset.failed);
    form.querySelectorAll('button[type="submit"]').forEach((button) => (button.disabled = false));
  };
  const show = (request) => {
    say(status.dataset.done);
    // A refused file comes back as the same page with its error; a stored one as a redirect, already followed.
    if (request.status < 400) location.assign(request.responseURL);
    else if (request.getResponseHeader("Content-Type")?.startsWith("text/html")) replace(request);
    else fail();
  };
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || ![...form.elements].some((one) => one.type === "file" && one.files.length)) return;
    event.preventDefault();
    const wrong = objection(form);
    say(wrong);
    status.classList.toggle("error", Boolean(wrong));
    if (wrong) return;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      const percent = Math.round((step.loaded / step.total) * 100);
      bar.value = percent;
      say(status.dataset.sending.replace("{}", percent));
    });
    request.addEventListener("load", () => show(request));
    request.addEventListener("error", fail);
    request.addEventListener("abort", fail);
    bar.hidden = false;
    form.querySelectorAll('button[type="submit"]').forEach((button) => (button.disabled = true));
    request.send(new FormData(form, event.submitter));
  });
};

const replace = (request) => {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = page.querySelector("main");
  if (!main) return;
  document.title = page.title;
  document.querySelector("main").replaceWith(document.importNode(main, true));
  document.querySelectorAll("form[data-upload]").forEach(start);
  document.querySelector("[data-focus]")?.focus();
};

document.querySelectorAll("form[data-upload]").forEach(start);
