// The bell: asks every minute, while the page is looked at, how many notices are unread, and opens the
// newest of them. Without scripts, and on a phone, it is a link to the page of notices.
const EVERY = 60_000;
let asked = 0;

function bell() {
  return document.querySelector("[data-bell]");
}

function show(link, number) {
  const badge = link.querySelector(".bell-count");
  badge.textContent = number;
  badge.hidden = !number;
  link.setAttribute("aria-label", number ? link.dataset.some.replace("{n}", number) : link.dataset.none);
}

async function ask() {
  const link = bell();
  if (!link || document.hidden) return;
  asked = Date.now();
  try {
    const answer = await fetch(link.dataset.bell, { headers: { Accept: "text/plain" }, redirect: "error" });
    if (answer.ok) show(link, await answer.text());
  } catch {
    // The server cannot be reached just now: the number stays as it is.
  }
}

function askSometimes() {
  if (Date.now() - asked >= EVERY) ask();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-bell]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || window.innerWidth <= 720) return;
  event.preventDefault();
  event.stopPropagation();
  const panel = document.getElementById("notices-menu");
  if (panel.matches(":popover-open")) {
    panel.hidePopover();
    return;
  }
  await window.htmx.ajax("GET", link.dataset.panel, { target: panel, swap: "innerHTML" });
  panel.showPopover();
}, true);

document.addEventListener("notices-read", ask);
document.addEventListener("visibilitychange", askSometimes);
window.setInterval(askSometimes, EVERY);
ask();
