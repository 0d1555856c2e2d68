// Menus are native popovers: the browser opens and closes them; this places them beside their
// button and moves between items with the arrow keys.

function place(menu, button) {
  const gap = 4;
  const anchor = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = anchor.bottom + gap + size.height <= window.innerHeight || anchor.top < size.height;
  const alignEnd = menu.dataset.align === "end" || anchor.left + size.width > window.innerWidth - 8;
  const left = alignEnd ? anchor.right - size.width : anchor.left;
  menu.style.left = `${Math.max(8, Math.min(left, window.innerWidth - size.width - 8))}px`;
  menu.style.top = `${below ? anchor.bottom + gap : anchor.top - gap - size.height}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches(".menu[popover]")) return;
    const id = CSS.escape(menu.id);
    const button = document.querySelector(`[popovertarget="${id}"], [data-menu="${id}"]`);
    const open = event.newState === "open";
    button?.setAttribute("aria-expanded", String(open));
    if (open && button) {
      place(menu, button);
      const first = menu.querySelector("input:not([type=hidden]), .menu-item");
      first?.focus({ preventScroll: true });
    }
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover]");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (event.target.matches("select, input[type=number], input[type=date]")) return; // these use the keys themselves
  const items = [...menu.querySelectorAll(".menu-item, input")].filter((item) => item.offsetParent !== null);
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  items[(next + items.length) % items.length]?.focus();
  event.preventDefault();
});

// A choice made closes its menu, unless the menu is a form of several choices.
document.addEventListener("click", (event) => {
  const item = event.target.closest?.(".menu[popover] .menu-item");
  if (item && !item.closest("[data-keep-open]")) item.closest(".menu").hidePopover();
});
