/** The assignment by keyboard: one cell takes the focus, arrows move it, Space and L change it. */
const table = document.querySelector("[data-grid]");
const status = document.querySelector("[data-grid-status]");
const may = table?.hasAttribute("data-may");
const cells = table ? [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll(".cell")]) : [];
let at = [0, 0];

const cellAt = ([row, column]) => cells[row]?.[column];

const focus = (row, column) => {
  const to = [
    Math.min(Math.max(row, 0), cells.length - 1),
    Math.min(Math.max(column, 0), cells[0].length - 1),
  ];
  cellAt(at).tabIndex = -1;
  at = to;
  cellAt(at).tabIndex = 0;
  cellAt(at).focus();
};

const place = (cell) => {
  const row = cells.findIndex((one) => one.includes(cell));
  return [row, cells[row].indexOf(cell)];
};

const address = (cell) =>
  `${table.dataset.grid}/${cell.closest("tr").dataset.entry}/${cell.dataset.juror}`;

const show = (cell, answer) => {
  const row = cell.closest("tr");
  cell.innerHTML = answer.cell;
  row.querySelector("[data-count]").innerHTML = answer.count;
  row.classList.toggle("hole", answer.hole);
  const load = table.querySelector(`[data-load="${cell.dataset.juror}"]`);
  load.querySelector("b").textContent = answer.load;
  load.classList.toggle("over", answer.over);
  document.querySelector("[data-grid-headline]").textContent = answer.headline;
};

const say = (text, refused) => {
  status.textContent = text;
  status.classList.toggle("vh", !refused);
  status.classList.toggle("refused", refused);
};

const change = async (cell, what) => {
  if (cell.getAttribute("aria-busy")) return;
  cell.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address(cell), {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": table.dataset.token },
      body: JSON.stringify({ do: what }),
    });
    const told = await answer.json();
    if (answer.ok) show(cell, told);
    say(told.message || table.dataset.failed, !answer.ok);
  } catch {
    say(table.dataset.failed, true);
  } finally {
    cell.removeAttribute("aria-busy");
  }
};

const MOVES = {
  ArrowUp: ([row, column]) => [row - 1, column],
  ArrowDown: ([row, column]) => [row + 1, column],
  ArrowLeft: ([row, column]) => [row, column - 1],
  ArrowRight: ([row, column]) => [row, column + 1],
  Home: ([row]) => [row, 0],
  End: ([row]) => [row, Infinity],
  PageUp: ([row, column]) => [row - 10, column],
  PageDown: ([row, column]) => [row + 10, column],
};

const onKey = (event) => {
  const cell = event.target.closest(".cell");
  if (!cell?.dataset.juror || event.altKey || event.metaKey) return;
  const move = MOVES[event.key];
  if (move) {
    const ends = event.ctrlKey && { Home: [0, 0], End: [Infinity, Infinity] }[event.key];
    focus(...(ends || move(at)));
  } else if (event.ctrlKey) {
    return;
  } else if (event.key === " " && may) {
    change(cell, "toggle");
  } else if (event.code === "KeyL" && may) {
    change(cell, "lock");
  } else if (event.key === "Enter") {
    location.assign(address(cell));
  } else {
    return;
  }
  event.preventDefault();
};

if (cells[0]?.length) {
  for (const cell of cells.flat()) cell.tabIndex = -1;
  cellAt(at).tabIndex = 0;
  table.addEventListener("keydown", onKey);
  table.addEventListener("click", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell?.dataset.juror) return;
    focus(...place(cell));
  });
  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest(".cell");
    if (cell?.dataset.juror) location.assign(address(cell));
  });
}
