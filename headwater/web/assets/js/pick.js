// Ticking rows of a list. What is ticked travels with the form #pick; its bar shows how much it is.
// Shift with a click ticks everything between two rows; the box in the head ticks the page.
// What was ticked is kept while one walks through the pages of the same list, sorts it or looks at a record.

let last = null; // the box that was ticked before, where a range begins
let list = null; // the list that was ticked in: its filter and search
const kept = new Set(); // the records ticked in it, on whatever page

const form = () => document.getElementById("pick");
const boxes = () => [...document.querySelectorAll("#page tbody .pick")];
const shown = (number) => new Intl.NumberFormat(document.documentElement.lang).format(number);

function show() {
  const bar = form();
  if (!bar) return;
  const all = bar.elements.namedItem("all").checked;
  const rows = boxes();
  const ticked = rows.filter((box) => box.checked).length;
  // The palette offers what is not hidden, so the bar is hidden by more than its looks.
  bar.hidden = !kept.size && !all;
  const words = bar.querySelector(".pick-count");
  const pattern = all ? words.dataset.all : ticked === kept.size ? words.dataset.some : words.dataset.others;
  words.textContent = pattern.replace("{n}", shown(kept.size)).replace("{here}", shown(ticked));
  const here = new Set(rows.map((box) => box.value));
  const others = bar.querySelector("[data-pick-kept]");
  others.value = [...kept].filter((number) => !here.has(number)).join(",");
  others.disabled = !others.value;
  const head = document.querySelector("[data-pick-page]");
  head.checked = rows.length > 0 && ticked === rows.length;
  head.indeterminate = ticked > 0 && !head.checked;
}

// A page came, or rows of a group: tick what was ticked before; another list begins with nothing.
function restore() {
  const bar = form();
  if (!bar) return;
  if (bar.dataset.list !== list) kept.clear();
  list = bar.dataset.list;
  for (const box of boxes()) {
    if (kept.has(box.value)) box.checked = true;
    else if (box.checked) kept.add(box.value);
  }
  show();
}

function set(rows, checked) {
  for (const box of rows) {
    box.checked = checked;
    if (checked) kept.add(box.value);
    else kept.delete(box.value);
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.matches?.("tbody .pick")) {
    if (event.target.closest?.("[data-pick-everything]")) form().elements.namedItem("all").click();
    return;
  }
  const box = event.target;
  if (event.shiftKey && last?.isConnected && last !== box) {
    const rows = boxes();
    const [from, to] = [rows.indexOf(last), rows.indexOf(box)].sort((a, b) => a - b);
    set(
      rows.slice(from, to + 1).filter((one) => one.offsetParent),
      box.checked,
    );
  }
  last = box;
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.form?.id !== "pick") return;
  const all = box.form.elements.namedItem("all");
  if (box === all && !box.checked) kept.clear();
  set(box === all || box.hasAttribute("data-pick-page") ? boxes() : [box], box.checked);
  if (box !== all && !box.checked) all.checked = false;
  show();
});

function forget() {
  kept.clear();
  set(boxes(), false);
  show();
}

document.addEventListener("reset", (event) => event.target.id === "pick" && setTimeout(forget));
document.addEventListener("selection-used", forget); // the server has changed what was ticked
document.addEventListener("DOMContentLoaded", restore);
document.addEventListener("htmx:after:swap", restore);
