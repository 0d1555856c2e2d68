// Short messages at the foot of the page. Those that the server wrote stand in #toasts;
// each leaves after eight seconds, longer while it is pointed at or holds the focus.

const LIFE = 8000;

function watch(item) {
  if (item.dataset.watched) return;
  item.dataset.watched = "1";
  let timer;
  const leave = () => item.remove();
  const start = () => (timer = window.setTimeout(leave, LIFE));
  const stop = () => window.clearTimeout(timer);
  item.addEventListener("mouseenter", stop);
  item.addEventListener("mouseleave", start);
  item.addEventListener("focusin", stop);
  item.addEventListener("focusout", start);
  item.querySelector("[data-dismiss]")?.addEventListener("click", leave);
  start();
}

export function toast(text, tone = "success") {
  const area = document.getElementById("toasts");
  const pattern = document.getElementById("toast-pattern");
  if (!area || !pattern || !text) return;
  const item = pattern.content.firstElementChild.cloneNode(true);
  item.dataset.tone = tone;
  item.querySelector("[data-text]").textContent = text;
  area.append(item);
  watch(item);
}

function watchAll() {
  for (const item of document.querySelectorAll("#toasts .toast")) watch(item);
}

document.addEventListener("DOMContentLoaded", watchAll);
document.addEventListener("htmx:after:swap", watchAll);
