// A report page: the records of a mark replace each other beside the chart, and the mark's row
// and bar stay lit; the list of fields narrows while one types.

function light(opens) {
  for (const link of document.querySelectorAll("[data-mark][aria-current]")) link.removeAttribute("aria-current");
  if (opens) document.getElementById(opens)?.setAttribute("aria-current", "true");
  document.querySelector("hw-chart")?.select?.(opens);
}

document.addEventListener("htmx:after:swap", () => {
  const records = document.getElementById("behind");
  if (!records || records.dataset.lit) return;
  records.dataset.lit = "1";
  light(records.dataset.opens);
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
    group.hidden = !group.querySelector("[data-words]:not([hidden])");
  }
  menu.querySelector("[data-none]").hidden = Boolean(menu.querySelector("[data-words]:not([hidden])"));
});

// Enter in that input takes the first item that is left.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-narrow]")) return;
  event.preventDefault();
  event.target.closest(".menu").querySelector("[data-words]:not([hidden])")?.click();
});
