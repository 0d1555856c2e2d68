// A board: cards are dragged between lanes, or moved with Shift and ← → ; the arrow keys walk them
// and "m" asks where to. A finger lifts a card by resting on it: before that it scrolls, as everywhere.
// The card is shown in its new lane at once; the server has the last word.

import { forPage, stroke } from "./keys.js";
import { toast } from "./toast.js";

const SLOP = 6; // pixels before a press becomes a drag
const REST = 300; // milliseconds a finger rests on a card before it lifts it
const EDGE = 60; // pixels from the side of the board at which it scrolls along

let drag = null;

const board = () => document.getElementById("board");
const lanes = () => [...document.querySelectorAll("#board .lane")];
const laneOf = (card) => card.closest(".lane");
const cardsOf = (lane) => [...lane.querySelectorAll(".card")];

// Why a card cannot go to a lane; empty when it can.
function refusal(card, lane) {
  if (lane.dataset.fixed) return lane.dataset.fixed;
  const only = card.dataset.only && JSON.parse(card.dataset.only);
  return only && !only.includes(lane.dataset.lane) ? card.dataset.reason : "";
}

// Every card stands where the server said last, whatever was tried meanwhile.
function settle() {
  for (const lane of lanes()) {
    for (const card of cardsOf(lane)) {
      if (card.dataset.card === lane.dataset.lane) continue;
      const right = lanes().find((one) => one.dataset.lane === card.dataset.card);
      const held = card.contains(document.activeElement);
      right?.querySelector(".cards").prepend(card);
      if (held) card.querySelector(".card-link").focus();
    }
  }
}

function send(card, lane) {
  const from = laneOf(card);
  if (from === lane) return;
  const why = refusal(card, lane);
  if (why) return toast(why, "error");
  const held = card.contains(document.activeElement);
  lane.querySelector(".cards").prepend(card);
  if (held) card.querySelector(".card-link").focus({ preventScroll: true }); // moving it took the focus away
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  document.body.dataset.focusCard = card.id;
  window.htmx.ajax("POST", card.dataset.move, {
    source: "#board",
    target: "#board",
    swap: "none",
    values: { to: lane.dataset.lane, list: board().dataset.state },
  });
}

function laneAt(x, y) {
  return document.elementsFromPoint(x, y).find((element) => element.matches(".lane"));
}

function mark(over) {
  for (const lane of lanes()) lane.toggleAttribute("data-over", lane === over);
}

function lift(event) {
  const { card } = drag;
  const box = card.getBoundingClientRect();
  drag.ghost = card.cloneNode(true);
  drag.ghost.removeAttribute("id");
  drag.ghost.classList.add("card-ghost");
  drag.ghost.setAttribute("aria-hidden", "true");
  drag.ghost.style.width = `${box.width}px`;
  drag.dx = event.clientX - box.left;
  drag.dy = event.clientY - box.top;
  document.body.append(drag.ghost);
  card.dataset.lifted = "";
  document.documentElement.dataset.dragging = "";
  for (const lane of lanes()) lane.toggleAttribute("data-refuses", Boolean(refusal(card, lane)) && lane !== laneOf(card));
}

function stop() {
  window.clearTimeout(drag.timer);
  drag.ghost?.remove();
  delete drag.card.dataset.lifted;
  delete document.documentElement.dataset.dragging;
  for (const lane of lanes()) lane.removeAttribute("data-refuses");
  mark(null);
  drag = null;
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.(".card[data-move]");
  if (!card || drag || event.button !== 0 || event.target.closest("button, .card-move")) return;
  drag = { card, x: event.clientX, y: event.clientY, ghost: null, id: event.pointerId };
  if (event.pointerType !== "touch") return;
  drag.finger = true;
  drag.timer = window.setTimeout(() => {
    lift(event);
    follow(event);
    navigator.vibrate?.(10);
  }, REST);
});

// A card in the hand keeps the page still; the browser asks this of a listener that is not passive.
document.addEventListener("touchmove", (event) => drag?.ghost && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => drag?.finger && event.preventDefault());

function follow(event) {
  drag.ghost.style.translate = `${event.clientX - drag.dx}px ${event.clientY - drag.dy}px`;
  const area = board().getBoundingClientRect();
  if (event.clientX > area.right - EDGE) board().scrollLeft += 24;
  else if (event.clientX < area.left + EDGE) board().scrollLeft -= 24;
  mark(laneAt(event.clientX, event.clientY));
}

document.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drag?.id) return;
  if (!drag.ghost) {
    if (drag.finger) return; // it scrolls, and the browser says so by cancelling
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLOP) return;
    window.getSelection()?.removeAllRanges();
    lift(event);
  }
  event.preventDefault();
  follow(event);
});

document.addEventListener("pointerup", (event) => {
  if (event.pointerId !== drag?.id) return;
  const { card, ghost } = drag;
  const lane = ghost && laneAt(event.clientX, event.clientY);
  stop();
  if (!ghost) return;
  // The click that ends a drag must not open the card; where none follows, the next one counts again.
  const swallow = (click) => click.preventDefault() || click.stopPropagation();
  window.addEventListener("click", swallow, { capture: true, once: true });
  window.setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
  if (lane) send(card, lane);
});

document.addEventListener("pointercancel", (event) => event.pointerId === drag?.id && stop());

function beside(lane, step, usable) {
  const all = lanes();
  for (let at = all.indexOf(lane) + step; at >= 0 && at < all.length; at += step) {
    if (usable(all[at])) return all[at];
  }
  return null;
}

function walk(card, key) {
  const lane = laneOf(card);
  const at = cardsOf(lane).indexOf(card);
  const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[key];
  if (key === "ArrowUp" || key === "ArrowDown") return cardsOf(lane)[at + step];
  const next = beside(lane, step, (one) => cardsOf(one).length);
  return next && cardsOf(next)[Math.min(at, cardsOf(next).length - 1)];
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.(".card-link");
  if (event.key === "Escape" && drag) return stop();
  if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
  const card = link.closest(".card");
  if (stroke(event) === "m" && forPage(event) && card.dataset.move) {
    event.preventDefault();
    card.querySelector(".card-move").click();
  } else if (event.shiftKey && /^Arrow(Left|Right)$/.test(event.key) && card.dataset.move) {
    event.preventDefault();
    const lane = beside(laneOf(card), event.key === "ArrowLeft" ? -1 : 1, (one) => !refusal(card, one));
    if (lane) send(card, lane);
    else if (card.dataset.reason) toast(card.dataset.reason, "error");
  } else if (!event.shiftKey && event.key.startsWith("Arrow")) {
    event.preventDefault();
    const next = walk(card, event.key)?.querySelector(".card-link");
    next?.focus();
    next?.closest(".card").scrollIntoView({ block: "nearest", inline: "nearest" });
  }
});

// After an answer the moved card is another element: the focus goes to it, not to the page.
document.addEventListener("htmx:after:swap", () => {
  if (!board()) return;
  settle();
  const moved = document.getElementById(document.body.dataset.focusCard || "");
  delete document.body.dataset.focusCard;
  if (moved && (document.activeElement === document.body || document.activeElement === board())) {
    moved.querySelector(".card-link").focus({ preventScroll: true });
  }
});
document.addEventListener("htmx:error", () => board() && settle());

// The dialog that asked where to leaves when the answer has come.
document.addEventListener("htmx:after:swap", (event) => {
  const form = event.detail.ctx.request?.form || event.detail.ctx.sourceElement;
  const target = event.detail.ctx.target;
  if (form?.matches?.("[data-moves]") && target?.id !== "dialog") document.getElementById("dialog")?.close();
});
