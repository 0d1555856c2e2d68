// Columns of a list: drag a head to move its column, drag its edge to resize it. By keyboard:
// Shift with ← → on a head moves, ← → on its edge resizes. The server remembers it for this reader.

const NARROWEST = 60;
const WIDEST = 900;
const STEP = 16;
const SLOP = 6; // pixels before a press becomes a drag

let drag = null;

const table = (element) => element.closest("table");
const heads = (owner) => [...owner.querySelectorAll("thead [data-column]")];
const place = (head) => [...head.parentElement.children].indexOf(head);
const column = (head) => table(head).querySelectorAll("col")[place(head)];

function remember(values) {
  const form = document.querySelector("#columns-menu form");
  if (!form) return;
  const known = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "columns"));
  window.htmx.ajax("POST", form.action, {
    source: "#changed",
    target: "#changed",
    swap: "outerHTML",
    values: { ...known, quiet: "1", ...values },
  });
}

function resize(head, width) {
  const fitting = Math.max(NARROWEST, Math.min(WIDEST, Math.round(width)));
  column(head).width = fitting;
  head.querySelector(".grip").setAttribute("aria-valuenow", fitting);
}

function saveWidths(head) {
  const widths = heads(table(head)).map((one) => [one.dataset.column, Number(column(one).width)]);
  remember({ widths: JSON.stringify(Object.fromEntries(widths)) });
}

// The title stays first: it is what the row is.
function move(head, to) {
  const from = place(head);
  const at = Math.max(1, Math.min(to, heads(table(head)).length - 1));
  if (from < 1 || at === from) return false;
  const rows = [table(head).querySelector("colgroup"), ...table(head).rows];
  for (const row of rows) {
    if (row.children.length <= Math.max(from, at)) continue; // a line across the whole table
    const cell = row.children[from];
    if (at > from) row.children[at].after(cell);
    else row.children[at].before(cell);
  }
  return true;
}

function saveOrder(head) {
  remember({ columns: heads(table(head)).map((one) => one.dataset.column) });
}

function target(x) {
  const over = heads(table(drag.head)).find((head) => {
    const box = head.getBoundingClientRect();
    return x >= box.left && x < box.right;
  });
  return over ? place(over) : -1;
}

function mark(at) {
  for (const head of heads(table(drag.head))) {
    const here = at > 0 && place(head) === at && head !== drag.head;
    head.toggleAttribute("data-drop-before", here && at < place(drag.head));
    head.toggleAttribute("data-drop-after", here && at > place(drag.head));
  }
}

document.addEventListener("pointerdown", (event) => {
  const head = event.target.closest?.("[data-columns] [data-column]");
  if (!head || event.button !== 0 || event.pointerType === "touch") return;
  const grip = event.target.closest(".grip");
  drag = { head, grip, x: event.clientX, width: Number(column(head).width), moving: false };
  if (grip) {
    event.preventDefault();
    grip.focus();
    document.documentElement.dataset.resizing = "";
  }
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (drag.grip) return resize(drag.head, drag.width + event.clientX - drag.x);
  if (!drag.moving && Math.abs(event.clientX - drag.x) > SLOP && place(drag.head) > 0) {
    drag.moving = true;
    drag.head.dataset.moving = "";
    window.getSelection()?.removeAllRanges();
  }
  if (drag.moving) {
    event.preventDefault();
    mark(target(event.clientX));
  }
});

function stop() {
  delete document.documentElement.dataset.resizing;
  delete drag.head.dataset.moving;
  mark(-1);
  drag = null;
}

document.addEventListener("pointerup", (event) => {
  if (!drag) return;
  const { head, grip, moving, width } = drag;
  const at = moving ? target(event.clientX) : -1;
  stop();
  if (grip && Number(column(head).width) !== width) saveWidths(head);
  if (!moving) return;
  // The click that ends a drag must not sort; where none follows, the next one counts again.
  const swallow = (click) => click.preventDefault() || click.stopPropagation();
  window.addEventListener("click", swallow, { capture: true, once: true });
  window.setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
  if (at > 0 && move(head, at)) saveOrder(head);
});

document.addEventListener("pointercancel", () => drag && stop());

document.addEventListener("keydown", (event) => {
  const head = event.target.closest?.("[data-columns] [data-column]");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!head || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches(".grip")) {
    event.preventDefault();
    resize(head, Number(column(head).width) + step * STEP * (event.shiftKey ? 4 : 1));
    head.dataset.resized = "";
  } else if (event.shiftKey) {
    event.preventDefault();
    if (move(head, place(head) + step)) saveOrder(head);
    head.querySelector("a")?.focus();
  }
});

// Widths by keyboard are kept when the edge is left: not a request for each press.
document.addEventListener("focusout", (event) => {
  const head = event.target.closest?.("[data-resized]");
  if (!head) return;
  delete head.dataset.resized;
  saveWidths(head);
});
