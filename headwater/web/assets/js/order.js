// Lists that people put in order: the grip of a row moves it, by dragging or with ↑ and ↓. Every
// change is sent at once. data-order is on the list and names its form, data-order-key is on its rows.
// Lists of one form that have a data-order-list hand rows to each other; what data-order-needed marks
// does not go where data-order-refuses says why not.
import { toast } from "./toast.js";

const rows = (list) => [...list.querySelectorAll(":scope > [data-order-key]")];
const listOf = (row) => row.parentElement;
const isShared = (list) => "orderList" in list.dataset;
const lists = (list) => (isShared(list) ? [...document.querySelectorAll(`[data-order="${list.dataset.order}"]`)] : [list]);
const refuses = (list, row) => (row.hasAttribute("data-order-needed") && list.dataset.orderRefuses) || "";
const keysOf = (list) => rows(list).map((row) => row.dataset.orderKey);

async function save(list) {
  const form = document.getElementById(list.dataset.order);
  form.elements.keys.value = isShared(list)
    ? JSON.stringify(Object.fromEntries(lists(list).map((one) => [one.dataset.orderList, keysOf(one)])))
    : keysOf(list).join(",");
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
  for (const one of lists(list)) one.dataset.saved = String(Boolean(answer?.ok));
  if (!answer?.ok) toast(list.dataset.failed, "error");
}

function say(row) {
  const list = listOf(row);
  const name = row.dataset.orderName || row.querySelector("a").textContent.trim();
  const place = `${name}: ${rows(list).indexOf(row) + 1}/${rows(list).length}`;
  const label = isShared(list) && (list.getAttribute("aria-label") || "");
  document.querySelector("[data-order-said]").textContent = label ? `${label}, ${place}` : place;
}

// One step up or down, over the end of a list into the next one. Gives whether it moved.
function step(row, by) {
  const list = listOf(row);
  const beside = rows(list)[rows(list).indexOf(row) + by];
  if (beside) {
    if (by < 0) beside.before(row);
    else beside.after(row);
    return true;
  }
  const next = lists(list)[lists(list).indexOf(list) + by];
  if (!next) return false;
  const why = refuses(next, row);
  if (why) toast(why, "error");
  else if (by < 0) next.append(row);
  else next.prepend(row);
  return !why;
}

document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.("[data-order-grip]");
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!grip || !by) return;
  event.preventDefault();
  event.stopPropagation();
  const row = grip.closest("[data-order-key]");
  if (!step(row, by)) return;
  grip.focus();
  row.scrollIntoView({ block: "nearest" });
  say(row);
  save(listOf(row));
});

// Where a dragged row would stand: beside the row under the pointer, or at the end of its list.
function follow(row, { clientX, clientY }) {
  const own = listOf(row);
  const under = isShared(own) && document.elementsFromPoint(clientX, clientY);
  const list = under ? lists(own).find((one) => under.includes(one)) : own;
  if (!list || refuses(list, row)) return;
  const other = rows(list).find((one) => {
    const box = one.getBoundingClientRect();
    return one !== row && clientY >= box.top && clientY < box.bottom;
  });
  if (!other) {
    if (list !== own) list.append(row);
    return;
  }
  const isBelow = list === own && rows(list).indexOf(other) > rows(list).indexOf(row);
  if (isBelow) other.after(row);
  else other.before(row);
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-order-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  grip.focus();
  const row = grip.closest("[data-order-key]");
  const all = lists(listOf(row));
  const before = JSON.stringify(all.map(keysOf));
  row.toggleAttribute("data-dragged", true);
  const move = (moved) => {
    follow(row, moved);
    row.scrollIntoView({ block: "nearest" });
  };
  const end = () => {
    document.removeEventListener("pointermove", move);
    row.removeAttribute("data-dragged");
    if (JSON.stringify(all.map(keysOf)) !== before) {
      say(row);
      save(listOf(row));
    }
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
  document.addEventListener("pointercancel", end, { once: true });
});
