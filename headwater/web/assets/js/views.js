// Tabs of views: the one that is open is in sight, however many stand before it.

function showCurrent() {
  document.querySelector(".view-bar [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

document.addEventListener("DOMContentLoaded", showCurrent);
document.addEventListener("htmx:after:swap", showCurrent);
