// A report page: the records of a mark replace each other below the chart, and the mark's row
// and bar stay lit; the list of fields narrows while one types; focus comes back after a choice.

function light(cell) {
  let lit = "";
  for (const figure of document.querySelectorAll(".groups tbody [data-mark]")) {
    const on = figure.value === cell;
    if (on) figure.setAttribute("aria-current", "true");
    else figure.removeAttribute("aria-current");
    if (on) lit = figure.id;
  }
  document.querySelector("hw-chart")?.select?.(lit);
}

document.addEventListener("htmx:after:swap", (event) => {
  const records = document.getElementById("behind");
  if (records && event.detail.ctx.target?.id === "behind") light(records.dataset.cell);
});

// On a phone the records stand below the fold: a tap on a bar leads to them.
document.addEventListener("htmx:after:swap", (event) => {
  const records = document.getElementById("behind");
  if (event.detail.ctx.target?.id !== "behind" || !records) return;
  const box = records.getBoundingClientRect();
  if (box.top > window.innerHeight - 160) records.scrollIntoView({ behavior: "smooth", block: "start" });
});

// data-narrow: an input that hides the menu items without the typed words, and empty groups.
document.addEventListener("input", (event) => {
  const input = event.target.closest?.("[data-narrow]");
  if (!input) return;
  const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const menu = input.closest(".menu");
  for (const item of menu.querySelectorAll("[data-words]")) {
    const text = item.dataset.words.toLocaleLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of menu.querySelectorAll("[data-group]")) {
    const repeats = words.length > 0 && group.hasAttribute("data-extra");
    group.hidden = repeats || !group.querySelector("[data-words]:not([hidden])");
  }
  menu.querySelector("[data-none]").hidden = Boolean(menu.querySelector("[data-words]:not([hidden])"));
});

// Enter in that input takes the first item that is left.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-narrow]")) return;
  event.preventDefault();
  event.target.closest(".menu").querySelector("[data-group]:not([hidden]) [data-words]:not([hidden])")?.click();
});

// A choice swaps the page. Focus returns to the button of the menu it was made in, or to the control itself.
let chooser = "";
document.addEventListener("submit", (event) => {
  if (event.target.id !== "design") return;
  const menu = event.submitter?.closest?.("[popover]");
  const button = menu && document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  chooser = button?.id || document.activeElement?.id || "";
});
document.addEventListener("htmx:after:swap", (event) => {
  if (!chooser || event.detail.ctx.target?.id !== "page") return;
  document.getElementById(chooser)?.focus({ preventScroll: true });
  chooser = "";
});

// data-picture="png": the report as a picture, named and described by the button's menu.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-picture]");
  if (!button) return;
  const place = document.querySelector("[data-picture-words]");
  const chart = document.querySelector("hw-chart");
  button.closest("[popover]")?.hidePopover();
  const { picture } = await import("./chart-picture.js");
  const words = JSON.parse(place.dataset.pictureWords);
  const blob = await picture(words, chart?.chart, place, button.dataset.picture);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${words.file}.${button.dataset.picture}`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});
