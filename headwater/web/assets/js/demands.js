// Fields that come and go: after each change of a form the server says which are shown and which are
// mandatory. data-demands is the address on the form, data-demand the field on its slot.

const asking = new WeakMap(); // form → how many times it asked: a late answer to an older state is none

function show(form, { hidden, mandatory }) {
  for (const slot of form.querySelectorAll("[data-demand]")) {
    slot.hidden = hidden.includes(slot.dataset.demand);
    const star = slot.querySelector(".must");
    if (star) star.hidden = !mandatory.includes(slot.dataset.demand);
  }
  form.dataset.demanded = asking.get(form);
}

async function ask(form) {
  const turn = (asking.get(form) || 0) + 1;
  asking.set(form, turn);
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name); // not to be sent each time
  const answer = await fetch(form.dataset.demands, { method: "POST", body }).catch(() => null);
  if (answer?.ok && asking.get(form) === turn) show(form, await answer.json());
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.demands && form.querySelector("[data-demand]")) ask(form);
});
