// Ctrl/⌘ K: one line for searching records and for everything that can be done here. A combobox: the
// focus stays in the line, the arrow keys move the choice, Enter takes it (with Ctrl/⌘ a record opens
// in a new tab), Escape closes.
import { act } from "./commands.js";
import { found } from "./palette-options.js";
import { recent } from "./recent.js";

let lines = []; // from the server: elements of records
let answered = ""; // the words they are of
let eager = false; // Enter came before the answer
let asked; // the request under way
let timer;

const palette = () => document.getElementById("palette");
const input = () => palette().querySelector("input");
const list = () => document.getElementById("palette-list");
const options = () => [...list().querySelectorAll("[role=option]")];

function choose(chosen) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === chosen));
  if (chosen) input().setAttribute("aria-activedescendant", chosen.id);
  else input().removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}

function show() {
  const groups = new Map();
  for (const [heading, element] of found(input().value.trim(), lines, answered)) {
    if (!groups.has(heading)) groups.set(heading, []);
    groups.get(heading).push(element);
  }
  let number = 0;
  list().replaceChildren();
  for (const [heading, elements] of groups) {
    const group = list().appendChild(document.createElement("div"));
    const title = group.appendChild(document.createElement("div"));
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", heading);
    title.className = "menu-title";
    title.setAttribute("aria-hidden", "true");
    title.textContent = heading;
    for (const element of elements) {
      element.id = `palette-${number++}`;
      element.className = "menu-item";
      element.tabIndex = -1;
      element.setAttribute("role", "option");
      group.append(element);
    }
  }
  list().hidden = number === 0;
  palette().querySelector("[data-none]").hidden = number > 0;
  palette().querySelector("[role=status]").textContent = palette().dataset.count.replace("%", number);
  window.htmx.process(list());
  choose(options()[0]);
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const words = input().value.trim();
  const query = new URLSearchParams(words ? { q: words } : { recent: recent() });
  try {
    const answer = await fetch(`${palette().dataset.url}?${query}`, { signal: asked.signal });
    if (!answer.ok || answer.redirected) return;
    const pattern = document.createElement("template");
    pattern.innerHTML = await answer.text();
    lines = [...pattern.content.children];
    answered = words;
    show();
    if (eager && options().length) take(options()[0], false);
  } catch (error) {
    if (error.name !== "AbortError") lines = [];
  }
}

function open() {
  lines = [];
  eager = false;
  input().value = "";
  palette().showModal();
  show();
  ask();
}

function take(chosen, aside) {
  if (chosen.href && aside) {
    window.open(chosen.href, "_blank", "noopener");
    return;
  }
  palette().close();
  if (chosen.command) act(chosen.command);
  else if (chosen.href) chosen.click();
}

document.addEventListener("keydown", (event) => {
  const wanted = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (wanted && (event.key.toLowerCase() === "k" || event.code === "KeyK") && palette()) {
    event.preventDefault();
    if (palette().open) palette().close();
    else if (!document.querySelector("dialog[open]")) open();
    return;
  }
  if (!palette()?.open || event.isComposing) return;
  const all = options();
  const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) choose(all[(at + step + all.length) % all.length]);
  else if (event.key === "Enter" && event.target === input()) {
    if (at >= 0) take(all[at], event.ctrlKey || event.metaKey);
    else eager = true;
  } else return;
  event.preventDefault();
});

document.addEventListener("input", (event) => {
  if (event.target.closest?.("#palette") && palette().open) {
    eager = false;
    show();
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, 120);
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-palette]")) open();
  const chosen = event.target.closest?.("#palette [role=option]");
  if (!chosen || event.ctrlKey || event.metaKey) return;
  if (chosen.command) take(chosen, false);
  else palette().close(); // and the link goes its way
});
