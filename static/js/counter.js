/** Says how many words or characters are left under a text; the limit itself is the server's. */
const words = (text) => text.split(/\s+/u).filter((part) => /[\p{L}\p{N}]/u.test(part)).length;

const start = (line) => {
  const text = document.getElementById(line.dataset.counterFor);
  if (!text) return;
  const { maxWords, maxCharacters, left, over } = line.dataset;
  const limit = Number(maxWords || maxCharacters);
  const number = new Intl.NumberFormat(document.documentElement.lang || "en");
  const update = () => {
    const used = maxWords ? words(text.value) : [...text.value.normalize("NFC")].length;
    const rest = limit - used;
    line.classList.toggle("over", rest < 0);
    line.textContent = (rest < 0 ? over : left).replace("{}", number.format(Math.abs(rest)));
  };
  text.addEventListener("input", update);
  text.form?.addEventListener("autosave:restored", update);
  update();
};

document.querySelectorAll("[data-counter-for]").forEach(start);
