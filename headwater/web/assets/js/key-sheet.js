// The sheet of keys ("?"): beside the keys that behaviours have everywhere, it lists those that this
// page's elements carry, read anew whenever it opens.
import { commands } from "./commands.js";

function line(label, keys) {
  const row = document.createElement("div");
  const name = row.appendChild(document.createElement("dt"));
  const strokes = row.appendChild(document.createElement("dd"));
  name.textContent = label;
  for (const part of keys.join(" ").split(" ")) {
    strokes.appendChild(document.createElement("kbd")).textContent = part;
    strokes.append(" ");
  }
  row.dataset.generated = "";
  return row;
}

function section(sheet, heading) {
  const known = [...sheet.querySelectorAll("section")].find((each) => each.dataset.heading === heading);
  if (known) return known;
  const made = document.createElement("section");
  made.dataset.heading = heading;
  made.dataset.generated = "";
  made.appendChild(document.createElement("h3")).textContent = heading;
  made.appendChild(document.createElement("dl"));
  return sheet.appendChild(made);
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-dialog=keys-dialog]")) return;
  const sheet = document.querySelector("#keys-dialog .keys-sheet");
  for (const old of sheet.querySelectorAll("[data-generated]")) old.remove();
  for (const each of sheet.querySelectorAll("[data-when]")) each.hidden = !document.querySelector(each.dataset.when);
  const seen = new Set();
  for (const { label, heading, keys } of commands()) {
    if (!keys.length || seen.has(keys.join())) continue;
    seen.add(keys.join());
    section(sheet, heading).querySelector("dl").append(line(label, keys));
  }
});
