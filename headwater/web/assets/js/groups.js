// Groups of a list: the first press fetches the records of a group, later ones hide and show them.

function toggle(event) {
  const link = event.target.closest?.(".group-toggle");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const group = link.closest("tbody");
  if (!group.hasAttribute("data-loaded")) {
    group.dataset.loaded = ""; // htmx fetches them
    link.setAttribute("aria-expanded", "true");
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const closed = group.toggleAttribute("data-closed");
  link.setAttribute("aria-expanded", String(!closed));
}

document.addEventListener("click", toggle, true);
