// Dialogs: a button with data-dialog opens the dialog it names; htmx content that lands in
// #dialog opens it; a [data-close] button or a click beside the dialog closes it.

import { PAGE } from "./requests.js";

// A picker opens its options when it gets the focus, which would cover what one came to read.
const PLAIN = "input:not([type=hidden], [role=combobox]), select:not(.tomselected), textarea";

function open(dialog) {
  if (!dialog.open) dialog.showModal();
  const body = dialog.querySelector(".dialog-body");
  const first = body?.querySelector(PLAIN);
  const wanted = dialog.querySelector("[autofocus]");
  (wanted?.tomselect || wanted || first)?.focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) open(dialog);
    return;
  }
  const closer = event.target.closest?.("[data-close]");
  if (closer) {
    const dialog = closer.closest("dialog");
    if (dialog) {
      event.preventDefault();
      dialog.close();
    }
    return;
  }
  if (event.target instanceof HTMLDialogElement && event.target.open) {
    const box = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

// What lands in the shared dialog opens it; an answer to one of its forms that lands elsewhere,
// or another page, closes it.
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const shared = document.getElementById("dialog");
  if (!shared) return;
  const target = typeof ctx.target === "string" ? document.querySelector(ctx.target) : ctx.target;
  if (target === shared) {
    if (shared.childElementCount) open(shared);
  } else if (shared.open && (ctx.select === PAGE || shared.contains(ctx.request.form))) {
    if (!shared.contains(target)) shared.close();
  }
});

// The shared dialog forgets its content, so that nothing stale is sent later.
document.addEventListener(
  "close",
  (event) => {
    if (event.target.id === "dialog") event.target.replaceChildren();
  },
  true,
);
