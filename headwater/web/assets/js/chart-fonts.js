// The bundled fonts that a text needs, as @font-face rules with the font itself inside: a picture
// may load nothing. Fonts of the system need no rule.

function covers(range, letters) {
  if (!range || range === "U+0-10FFFF") return true;
  return range.split(",").some((part) => {
    const [first, last = first] = part.trim().replace(/^U\+/i, "").split("-");
    const [low, high] = [parseInt(first.replaceAll("?", "0"), 16), parseInt(last.replaceAll("?", "F"), 16)];
    return letters.some((letter) => letter >= low && letter <= high);
  });
}

function rules() {
  const found = [];
  const visit = (list) => {
    for (const rule of list) {
      if (rule instanceof CSSFontFaceRule) found.push(rule);
      else if (rule.cssRules) visit(rule.cssRules);
    }
  };
  for (const sheet of document.styleSheets) visit(sheet.cssRules);
  return found;
}

async function inside(url, base) {
  const answer = await fetch(new URL(url, base || window.location.href));
  const blob = await answer.blob();
  return new Promise((done) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result));
    reader.readAsDataURL(blob);
  });
}

export async function fontFaces(family, text) {
  const letters = [...new Set(text)].map((letter) => letter.codePointAt(0)).filter((letter) => letter > 0x7f);
  const names = family.split(",").map((name) => name.trim().replace(/^['"]|['"]$/g, ""));
  const made = [];
  for (const rule of rules()) {
    const name = rule.style.getPropertyValue("font-family").replace(/^['"]|['"]$/g, "");
    const url = rule.style.getPropertyValue("src").match(/url\(["']?([^"')]+)/)?.[1];
    if (!url || !names.includes(name) || !covers(rule.style.getPropertyValue("unicode-range"), letters)) continue;
    const data = url.startsWith("data:") ? url : await inside(url, rule.parentStyleSheet?.href);
    const weight = rule.style.getPropertyValue("font-weight") || "400";
    made.push(`@font-face{font-family:"${name}";font-weight:${weight};src:url(${data})}`);
  }
  return made.join("");
}
