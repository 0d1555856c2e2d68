// The records last opened in this browser, newest first, for the palette. Only their numbers are kept; the
// server says which are still there for this person, and their names.

const MOST = 10;

function place() {
  return `recent-${document.getElementById("palette")?.dataset.user}`;
}

export function recent() {
  try {
    return window.localStorage.getItem(place()) || "";
  } catch {
    return ""; // storage is off
  }
}

function remember() {
  const opened = document.querySelector("#page [data-record]")?.dataset.record;
  if (!opened) return;
  const others = recent().split(",").filter((each) => each && each !== opened);
  try {
    window.localStorage.setItem(place(), [opened, ...others].slice(0, MOST).join(","));
  } catch {
    // storage is off or full: the palette does without
  }
}

document.addEventListener("htmx:after:swap", remember);
remember();
