// Small behaviours of forms.

// data-shows="name=value other=value": the element is there only while a control has the value.
function controlValue(form, name) {
  const control = form.elements.namedItem(name);
  if (!control) return "";
  if (control instanceof HTMLInputElement && control.type === "checkbox") return control.checked ? "true" : "false";
  return control.value;
}

function showParts(form) {
  for (const part of form.querySelectorAll("[data-shows]")) {
    const wanted = part.dataset.shows.split(" ").some((pair) => {
      const [name, value] = pair.split("=");
      return controlValue(form, name) === value;
    });
    part.hidden = !wanted;
  }
}

function showAll(root) {
  for (const form of root.querySelectorAll("form:has([data-shows])")) showParts(form);
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.querySelector("[data-shows]")) showParts(form);
  if (event.target.matches("[data-submit-on-change]")) form?.requestSubmit();
});
document.addEventListener("DOMContentLoaded", () => showAll(document));
document.addEventListener("htmx:after:swap", () => showAll(document));

// Ctrl or ⌘ with Enter sends the form from a text area.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("textarea")) {
    event.preventDefault();
    event.target.form?.requestSubmit();
  }
});

// data-leave-warning: a form with unsaved input asks before the page is left.
const dirty = new WeakSet();
document.addEventListener("input", (event) => {
  if (event.target.form?.hasAttribute("data-leave-warning")) dirty.add(event.target.form);
});
document.addEventListener("submit", (event) => dirty.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  const unsaved = [...document.querySelectorAll("form[data-leave-warning]")].some((form) => dirty.has(form));
  if (unsaved) event.preventDefault();
});

// A password field shows its text while asked to.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-reveal]");
  if (!button) return;
  const input = document.getElementById(button.dataset.reveal);
  input.type = input.type === "password" ? "text" : "password";
  button.setAttribute("aria-pressed", String(input.type === "text"));
});

// Without https there is no clipboard interface, only the old command on a selection.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

// data-copy="id": copies that element's text.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await copy(document.getElementById(button.dataset.copy).textContent.trim());
  button.querySelector("[data-copied]")?.removeAttribute("hidden");
});

// data-guess-zone: a new installation starts with the time zone of the browser.
for (const select of document.querySelectorAll("select[data-guess-zone]")) {
  const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...select.options].some((option) => option.value === guess);
  if (known && select.value === "UTC") select.value = guess;
}
