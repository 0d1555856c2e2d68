// Keys of the page. Any element may carry data-key="c" (or "g l" for two strokes): the key
// clicks it, or focuses it when it is a text control. "?" opens the sheet that lists them.

let pending = "";
let timer;

function typing(target) {
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    (target.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(target.type));
}

function visible(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

function act(element) {
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function leave(event) {
  if (typing(event.target) && !event.target.closest("dialog")) event.target.blur();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return leave(event);
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const stroke = pending ? `${pending} ${event.key}` : event.key;
  pending = "";
  window.clearTimeout(timer);
  const targets = [...document.querySelectorAll(`[data-key="${CSS.escape(stroke)}"]`)];
  const found = targets.find(visible) || targets.find((element) => element.hasAttribute("data-key-hidden"));
  if (found) {
    event.preventDefault();
    act(found);
  } else if (event.key === "g") {
    pending = "g";
    timer = window.setTimeout(() => (pending = ""), 1200);
  }
});
