// Answers of the import's steps that stand for several clicks: data-set-all="value" sets every list
// of its panel that offers the value; data-choose="id=value" sets one control of the page.
// data-remembered="name": a part that is opened stays open when the form comes back.

function answer(control, value) {
  if (control.value === value || ![...control.options].some((option) => option.value === value)) return;
  control.value = value;
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const all = event.target.closest?.("[data-set-all]");
  if (all) {
    for (const control of all.closest(".panel").querySelectorAll("select")) answer(control, all.dataset.setAll);
  }
  const one = event.target.closest?.("[data-choose]");
  if (one) {
    const [id, value] = one.dataset.choose.split("=");
    answer(document.getElementById(id), value);
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    const name = event.target.dataset?.remembered;
    const input = name && event.target.querySelector(`input[name="${name}"]`);
    if (input) input.value = event.target.open ? "true" : "";
  },
  true,
);
