// What the palette offers for some words, as elements under headings.
import { commands, fold } from "./commands.js";

function option(command) {
  const made = document.createElement("div");
  const symbol = command.element.querySelector("svg");
  if (symbol) made.append(symbol.cloneNode(true));
  made.appendChild(document.createElement("span")).textContent = command.label;
  for (const key of command.keys.join(" ").split(" ").filter(Boolean)) {
    made.appendChild(document.createElement("kbd")).textContent = key;
  }
  made.command = command.element;
  return [command.heading, made];
}

function record(line) {
  const made = line.cloneNode(true);
  const hint = line.dataset.hint;
  if (hint) made.appendChild(document.createElement("small")).textContent = hint;
  return [line.dataset.heading, made];
}

// Whether a word begins another, or stands anywhere in scripts that are written without spaces.
function holds(text, word) {
  return text.includes(/^[\u0000-\u024f]*$/.test(word) ? ` ${word}` : word);
}

// What fits the words, best first: the page's own commands, records, then ways elsewhere.
export function found(words, lines, answered) {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  const page = document.getElementById("page");
  const fitting = commands().filter((command) => {
    const text = ` ${fold(`${command.heading} ${command.label}`)}`;
    return !command.current && wanted.every((word) => holds(text, word));
  });
  const [near, far] = [true, false].map((here) => fitting.filter((each) => page.contains(each.element) === here));
  // Until the answer comes, what was found for other words stays as far as it fits.
  const still = lines.filter((line) => {
    const text = fold(`${line.textContent} ${line.dataset.hint}`);
    return answered === words || wanted.every((word) => text.includes(word));
  });
  return [...near.map(option), ...still.map(record), ...far.map(option)];
}
