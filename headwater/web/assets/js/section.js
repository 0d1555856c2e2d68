// A section of a record that is edited in place: Escape gives the values back, Enter saves
// (the browser's own rule), and the first field is ready to type.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const form = event.target.closest?.("[data-edit]");
  if (!form || event.target.closest(".ts-wrapper.dropdown-active")) return;
  event.preventDefault();
  event.stopPropagation();
  form.querySelector("[data-cancel]")?.click();
});

document.addEventListener("htmx:after:swap", () => {
  const form = document.querySelector("[data-edit]:not([data-ready])");
  if (!form) return;
  form.dataset.ready = "1";
  const wanted = form.querySelector("[autofocus], [aria-invalid=true]") || form.querySelector("input, select, textarea");
  if (wanted && !form.contains(document.activeElement)) {
    wanted.focus({ preventScroll: false });
    if (wanted.select && wanted.tagName === "INPUT") wanted.select();
  }
});
