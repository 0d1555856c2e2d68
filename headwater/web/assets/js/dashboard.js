// Arranging a dashboard: the grip of a tile moves it, the handle in its corner sizes it; by dragging
// or with the arrow keys. Every change is sent at once. Tiles flow, so a place is a place in the order.
import { toast } from "./toast.js";

const LEAST_COLUMNS = 3;
const COLUMNS = 12;
const MOST_ROWS = 4;

const grid = () => document.querySelector(".dashboard-tiles[data-editing]");
const tiles = () => [...grid().querySelectorAll("[data-tile]")];

async function save() {
  const form = document.getElementById("layout");
  const order = tiles().map(({ dataset }) => ({
    id: Number(dataset.tile),
    width: Number(dataset.width),
    height: Number(dataset.height),
  }));
  form.elements.tiles.value = JSON.stringify(order);
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
  grid().dataset.saved = String(Boolean(answer?.ok));
  if (!answer?.ok) toast(grid().dataset.failed, "error");
}

function say(tile) {
  const name = tile.querySelector("h2").textContent.trim();
  const place = `${tiles().indexOf(tile) + 1}/${tiles().length}`;
  document.getElementById("tiles-said").textContent = `${name}: ${place}, ${tile.dataset.width} × ${tile.dataset.height}`;
}

function size(tile, width, height) {
  tile.dataset.width = String(Math.max(LEAST_COLUMNS, Math.min(COLUMNS, width)));
  tile.dataset.height = String(Math.max(1, Math.min(MOST_ROWS, height)));
}

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.("[data-grip], [data-size-handle]");
  const step = KEYS[event.key];
  if (!handle || !step) return;
  event.preventDefault();
  event.stopPropagation();
  const tile = handle.closest("[data-tile]");
  if (handle.matches("[data-size-handle]")) {
    size(tile, Number(tile.dataset.width) + step[0], Number(tile.dataset.height) + step[1]);
  } else {
    const beside = step[0] + step[1] < 0 ? tile.previousElementSibling : tile.nextElementSibling;
    if (!beside) return;
    if (step[0] + step[1] < 0) beside.before(tile);
    else beside.after(tile);
    handle.focus();
  }
  say(tile);
  save();
});

// Dragging by the grip: the tile takes the place of the one it is over.
function carry(tile, event) {
  const over = document.elementsFromPoint(event.clientX, event.clientY).map((one) => one.closest("[data-tile]"));
  const other = over.find((one) => one && one !== tile && one.parentElement === tile.parentElement);
  if (!other) return;
  const all = tiles();
  if (all.indexOf(other) > all.indexOf(tile)) other.after(tile);
  else other.before(tile);
}

function stretch(tile, event) {
  const box = tile.getBoundingClientRect();
  const look = window.getComputedStyle(grid());
  const gap = parseFloat(look.columnGap);
  const column = (grid().clientWidth + gap) / COLUMNS;
  const row = parseFloat(look.gridAutoRows) + gap;
  size(tile, Math.round((event.clientX - box.left + gap) / column), Math.round((event.clientY - box.top + gap) / row));
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest?.("[data-grip], [data-size-handle]");
  if (!handle || event.button !== 0) return;
  event.preventDefault();
  handle.focus();
  const tile = handle.closest("[data-tile]");
  const follow = handle.matches("[data-grip]") ? carry : stretch;
  const state = () => JSON.stringify(tiles().map(({ id, dataset }) => [id, dataset.width, dataset.height]));
  const before = state();
  tile.toggleAttribute("data-dragged", true);
  const move = (moved) => follow(tile, moved);
  const end = () => {
    document.removeEventListener("pointermove", move);
    tile.removeAttribute("data-dragged");
    tile.scrollIntoView({ block: "nearest" });
    if (before !== state()) {
      say(tile);
      save();
    }
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
  document.addEventListener("pointercancel", end, { once: true });
});

// data-fullscreen="id": that element alone on the screen.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fullscreen]");
  if (button) document.getElementById(button.dataset.fullscreen)?.requestFullscreen?.();
});
