// Keys of the page. Any element may carry data-key="c", "c,n" for either of two, or "g l" for two
// strokes: the key clicks it, or focuses it when it is a text control. Letters are those of the
// key caps' Latin layout too, so that they work while Thai or Khmer is typed. A person can switch
// them off (data-keys="off" on the body); Escape, Ctrl K and the keys of controls stay.
import { act, keysOf } from "./commands.js";

let pending = "";
let timer;

const MARKS = { Slash: ["/", "?"], BracketLeft: ["[", "{"], BracketRight: ["]", "}"] };

export function typing(target) {
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    (target.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(target.type));
}

// The character of a key; of a key that types no ASCII, what a Latin layout has there.
export function stroke(event) {
  if (event.key.length > 1 || (event.key >= "!" && event.key <= "~")) return event.key;
  if (/^Key[A-Z]$/.test(event.code)) return event.code.slice(3).toLowerCase();
  return MARKS[event.code]?.[event.shiftKey ? 1 : 0] || event.key;
}

// Whether a key without Ctrl, Alt or Meta is meant for the page.
export function forPage(event) {
  return !(event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey ||
    document.body.dataset.keys === "off" || typing(event.target) || document.querySelector("dialog[open]"));
}

function visible(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && typing(event.target) && !event.target.closest("dialog")) {
    event.target.blur();
    return;
  }
  if (!forPage(event)) return;
  const key = stroke(event);
  const typed = pending ? `${pending} ${key}` : key;
  pending = "";
  window.clearTimeout(timer);
  const targets = [...document.querySelectorAll("[data-key]")].filter((element) => keysOf(element).includes(typed));
  const found = targets.find(visible) || targets.find((element) => element.hasAttribute("data-key-hidden"));
  if (found) {
    event.preventDefault();
    act(found);
  } else if (typed === "g") {
    pending = "g";
    timer = window.setTimeout(() => (pending = ""), 1200);
  }
});
