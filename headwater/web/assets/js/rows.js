// Rows of a table: the whole row opens what its link opens; the arrow keys walk the links.

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row || event.target.closest("a, button, input, select, label, summary")) return;
  if (String(window.getSelection())) return; // the reader is copying text
  const link = row.querySelector(".row-link");
  if (!link) return;
  if (event.metaKey || event.ctrlKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

document.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
  const here = event.target;
  if (here.closest("dialog, .menu, .ts-wrapper") || /^(INPUT|TEXTAREA|SELECT)$/.test(here.tagName)) return;
  const links = [...document.querySelectorAll("#page [data-row] .row-link")].filter((link) => link.offsetParent);
  if (!links.length) return;
  const at = links.indexOf(here);
  const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)));
  links[next].focus();
  links[next].closest("[data-row]").scrollIntoView({ block: "nearest" });
  event.preventDefault();
});
