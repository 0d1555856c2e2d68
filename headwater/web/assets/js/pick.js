// Ticking rows of a list. What is ticked travels with the form #pick; its bar shows how much it is.
// Shift with a click ticks everything between two rows; the box in the head ticks the page.

let last = null; // the box that was ticked before, where a range begins

const form = () => document.getElementById("pick");
const boxes = () => [...document.querySelectorAll("#page tbody .pick")];

function show() {
  const bar = form();
  if (!bar) return;
  const all = bar.elements.namedItem("all").checked;
  const rows = boxes();
  const ticked = rows.filter((box) => box.checked).length;
  // The palette offers what is not hidden, so the bar is hidden by more than its looks.
  bar.hidden = !ticked && !all;
  const words = bar.querySelector(".pick-count");
  const count = new Intl.NumberFormat(document.documentElement.lang).format(ticked);
  words.textContent = all ? words.dataset.all : words.dataset.some.replace("{n}", count);
  const head = document.querySelector("[data-pick-page]");
  head.checked = rows.length > 0 && ticked === rows.length;
  head.indeterminate = ticked > 0 && !head.checked;
}

function set(list, checked) {
  for (const box of list) box.checked = checked;
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
  if (box === all || box.hasAttribute("data-pick-page")) set(boxes(), box.checked);
  if (box !== all && !box.checked) all.checked = false;
  show();
});

document.addEventListener("reset", (event) => event.target.id === "pick" && setTimeout(show));
document.addEventListener("DOMContentLoaded", show);
document.addEventListener("htmx:after:swap", show);
