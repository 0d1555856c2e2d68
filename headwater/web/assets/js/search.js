// The panel under the search box: it opens when hits arrive, the arrow keys walk it, Escape and
// leaving close it.

function parts() {
  const input = document.querySelector("[data-search]");
  return { input, panel: document.getElementById("search-panel") };
}

function close() {
  const { panel } = parts();
  if (panel) panel.hidden = true;
}

document.addEventListener("htmx:after:swap", (event) => {
  const { input, panel } = parts();
  if (!panel) return;
  if (event.detail.ctx.target === panel) {
    panel.hidden = !panel.textContent.trim() || document.activeElement !== input;
  } else if (event.detail.ctx.target?.id === "page") {
    close();
  }
});

document.addEventListener("focusout", (event) => {
  const box = event.target.closest?.(".head-search");
  if (box && !box.contains(event.relatedTarget)) close();
});

document.addEventListener("focusin", (event) => {
  const { input, panel } = parts();
  if (event.target === input && input.value && panel.textContent.trim()) panel.hidden = false;
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.(".head-search");
  if (!box) return;
  const { input, panel } = parts();
  if (event.key === "Escape") {
    close();
    input.blur();
    return;
  }
  if (panel.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const stops = [input, ...panel.querySelectorAll(".menu-item")];
  const at = stops.indexOf(document.activeElement);
  stops[(at + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length].focus();
  event.preventDefault();
});
