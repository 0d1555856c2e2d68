// The tokens of the style sheet as colors that a canvas understands, for the theme in force.

const NAMES = {
  bar: "--chart",
  rest: "--line-strong",
  before: "--chart-before",
  ink: "--ink",
  soft: "--ink-soft",
  faint: "--ink-faint",
  line: "--line",
  surface: "--surface",
};

const SERIES = 8; // --series-0 … --series-7

function pixel(context, color) {
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

// ``scheme``: "light" or "dark" for that theme, "" for the one in force.
export function readColors(element, scheme = "") {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.colorScheme = scheme;
  element.append(probe);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const read = (token) => {
    probe.style.color = `var(${token})`;
    return pixel(context, window.getComputedStyle(probe).color);
  };
  const colors = { series: Array.from({ length: SERIES }, (_, at) => read(`--series-${at}`)) };
  for (const [name, token] of Object.entries(NAMES)) colors[name] = read(token);
  probe.remove();
  return colors;
}

export function faded(color, opacity) {
  return color.replace("rgb(", "rgba(").replace(")", `, ${opacity})`);
}
