// What can be done here: every element that carries a key (data-key), words of its own (data-command) or
// stands in a group of such (data-commands="heading"). The palette and the sheet of keys both read
// this, and the page holds only what the person may do. data-command="-" keeps an element out.

const OFFERED = "[data-key], [data-command], [data-commands] :is(a, button:not([popovertarget]))";

export function fold(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
}

function labelOf(element) {
  if (element.dataset.command) return element.dataset.command;
  const said = element.getAttribute("aria-label");
  if (said) return said;
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll("kbd, svg, .visually-hidden")) part.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

export function keysOf(element) {
  return (element.dataset.key || "").split(",").filter(Boolean);
}

// Items of a menu belong to the menu's own heading, or are not offered.
function headingOf(element) {
  const around = element.closest("[data-commands], [popover]");
  if (around?.hasAttribute("data-commands")) return around.dataset.commands;
  return around && !element.dataset.command ? "" : document.getElementById("palette")?.dataset.here || "";
}

export function commands() {
  return [...document.querySelectorAll(OFFERED)]
    .filter((element) => !element.disabled && !element.closest("dialog") && element.dataset.command !== "-")
    .filter((element) => element.hasAttribute("data-key-hidden") || !element.closest("[hidden]"))
    .map((element) => ({
      element,
      label: labelOf(element),
      heading: headingOf(element),
      keys: keysOf(element),
      current: element.hasAttribute("aria-current"),
    }))
    .filter((command) => command.label && command.heading);
}

export function act(element) {
  if (element.matches("textarea, select, input:not([type=checkbox], [type=radio])")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}
