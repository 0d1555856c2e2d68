// Lists that people put in order: the grip of a row moves it, by dragging or with ↑ and ↓. Every
// change is sent at once. data-order is on the list, data-order-key on its rows.
import { toast } from "./toast.js";

const rows = (list) => [...list.querySelectorAll(":scope > [data-order-key]")];

async function save(list) {
  const form = document.getElementById(list.dataset.order);
  form.elements.keys.value = rows(list)
    .map((row) => row.dataset.orderKey)
    .join(",");
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
  list.dataset.saved = String(Boolean(answer?.ok));
  if (!answer?.ok) toast(list.dataset.failed, "error");
}

function say(list, row) {
  const name = row.querySelector("a").textContent.trim();
  list.parentElement.querySelector("[data-order-said]").textContent =
    `${name}: ${rows(list).indexOf(row) + 1}/${rows(list).length}`;
}

document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.("[data-order-grip]");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!grip || !step) return;
  event.preventDefault();
  event.stopPropagation();
  const row = grip.closest("[data-order-key]");
  const beside = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!beside) return;
  if (step < 0) beside.before(row);
  else beside.after(row);
  grip.focus();
  say(row.parentElement, row);
  save(row.parentElement);
});

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-order-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  grip.focus();
  const row = grip.closest("[data-order-key]");
  const list = row.parentElement;
  const before = rows(list);
  row.toggleAttribute("data-dragged", true);
  const move = ({ clientY }) => {
    const other = rows(list).find((one) => {
      const box = one.getBoundingClientRect();
      return one !== row && clientY >= box.top && clientY < box.bottom;
    });
    if (!other) return;
    if (rows(list).indexOf(other) > rows(list).indexOf(row)) other.after(row);
    else other.before(row);
  };
  const end = () => {
    document.removeEventListener("pointermove", move);
    row.removeAttribute("data-dragged");
    if (rows(list).some((one, at) => one !== before[at])) {
      say(list, row);
      save(list);
    }
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
  document.addEventListener("pointercancel", end, { once: true });
});
