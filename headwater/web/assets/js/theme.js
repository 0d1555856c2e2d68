// Runs before the first paint: a reader who follows the device gets its theme without a flash.
const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const choice = root.dataset.theme || "system";
  root.dataset.bsTheme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
}

apply();
dark.addEventListener("change", apply);
new MutationObserver(apply).observe(root, { attributeFilter: ["data-theme"] });
