// What every htmx request shares: the busy line, full pages where a fragment was expected,
// and a sentence when the server cannot be reached.
import { toast } from "./toast.js";

export const PAGE = "#page > *"; // what a link swaps; see layout/app.html

let running = 0;

function busy(step) {
  running = Math.max(0, running + step);
  document.body.toggleAttribute("data-busy", running > 0);
}

document.addEventListener("htmx:before:request", () => busy(1));
document.addEventListener("htmx:finally:request", () => busy(-1));
document.addEventListener("htmx:error", (event) => {
  const error = event.detail.error;
  if (error instanceof TypeError) toast(document.body.dataset.offline, "error");
  else if (error) console.error(error);
});

// The answer to a link is a whole page of which only the regions change. A page without
// the shell (sign-in, a proxy's error) has no such region: then the browser goes there.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  if (ctx.select !== PAGE) return;
  const main = tasks.find((task) => task.type === "main");
  if (main && main.fragment.childElementCount === 0) {
    event.preventDefault();
    window.location.href = ctx.response.raw.url || ctx.request.action;
  }
});

// After a link: focus goes to the new page, which is read out; the new title is set by htmx.
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.select !== PAGE) return;
  const page = document.getElementById("page");
  if (page && !page.contains(document.activeElement)) {
    const first = page.querySelector("[autofocus]") || page;
    first.focus({ preventScroll: true });
  }
  for (const menu of document.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
});
