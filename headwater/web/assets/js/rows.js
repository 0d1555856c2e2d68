// Rows of a table: the whole row opens what its link opens. The arrow keys and j, k walk the links,
// Enter opens one, x or the space bar ticks the row's box where rows have one.
import { forPage, stroke } from "./keys.js";

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row || event.target.closest("a, button, input, select, label, summary")) return;
  if (String(window.getSelection())) return; // the reader is copying text
  const link = row.querySelector(".row-link");
  if (!link) return;
  if (event.metaKey || event.ctrlKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

const STEPS = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

function walk(here, step) {
  const links = [...document.querySelectorAll("#page [data-row] .row-link")].filter((link) => link.offsetParent);
  if (!links.length) return false;
  const at = links.indexOf(here.closest?.("[data-row]")?.querySelector(".row-link"));
  const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step));
  links[next].focus();
  links[next].closest("[data-row]").scrollIntoView({ block: "nearest" });
  return true;
}

function tick(here) {
  const box = here.matches?.(".row-link") && here.closest("[data-row]")?.querySelector("input[type=checkbox]");
  if (!box) return false;
  box.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const arrow = event.key.startsWith("Arrow");
  const key = arrow ? event.key : stroke(event);
  if (arrow ? event.target.closest("dialog, .menu, .ts-wrapper, input, textarea, select, [role=separator]") : !forPage(event)) return;
  // On a page of one record j and k are links to its neighbors, which carry the keys themselves.
  if (/^[jk]$/.test(key) && document.querySelector(`#page [data-key="${key}"]`)) return;
  if (STEPS[key] ? walk(event.target, STEPS[key]) : /^(x| )$/.test(key) && tick(event.target)) event.preventDefault();
});
