// A report as a picture: one SVG with title, legend, drawing and notes, in light colors, with the
// fonts it needs inside. The PNG is painted from that very SVG. Loaded when a picture is asked for.
import { SVGRenderer } from "echarts/renderers";
import { readColors } from "./chart-colors.js";
import { fontFaces } from "./chart-fonts.js";
import { heightOf, optionOf } from "./chart-option.js";
import { echarts } from "./charts.js";

echarts.use([SVGRenderer]);

const WIDTH = 960;
const EDGE = 24;
const SHARP = 2; // pixels of the PNG for each of the SVG

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

// Lines of at most so many letters; SVG does not break them by itself.
function broken(text, letters) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > letters && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

class Page {
  constructor(colors) {
    Object.assign(this, { colors, parts: [], y: EDGE });
  }

  text(text, { size, color = this.colors.ink, weight = 400, gap = 6 }) {
    for (const line of broken(text, ((WIDTH - 2 * EDGE) / size) * 1.85)) {
      this.y += size;
      const look = `font-size="${size}" font-weight="${weight}" fill="${color}"`;
      this.parts.push(`<text x="${EDGE}" y="${this.y}" ${look}>${escaped(line)}</text>`);
      this.y += Math.round(size * 0.35);
    }
    this.y += gap;
  }

  legend(entries) {
    let x = EDGE;
    for (const [color, name] of entries) {
      const width = name.length * 7 + 38;
      if (x + width > WIDTH - EDGE && x > EDGE) [x, this.y] = [EDGE, this.y + 20];
      this.parts.push(`<rect x="${x}" y="${this.y}" width="11" height="11" rx="3" fill="${color}"/>`);
      this.parts.push(`<text x="${x + 17}" y="${this.y + 10}" font-size="12" fill="${this.colors.soft}">${escaped(name)}</text>`);
      x += width;
    }
    this.y += 24;
  }

  chart(chart) {
    const height = heightOf(chart, WIDTH - 2 * EDGE);
    const drawing = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH - 2 * EDGE, height });
    const option = optionOf(chart, { colors: this.colors, width: WIDTH - 2 * EDGE, selected: "" });
    drawing.setOption({ ...option, animation: false });
    const body = drawing.renderToSVGString().replace(/^<svg/, `<svg x="${EDGE}" y="${this.y}"`);
    drawing.dispose();
    this.parts.push(body);
    this.y += height + 12;
  }

  async svg() {
    const family = window.getComputedStyle(document.body).fontFamily.replaceAll('"', "'");
    const faces = await fontFaces(family, this.parts.join(""));
    const style = faces ? `<style>${faces}</style>` : "";
    const height = Math.ceil(this.y + EDGE - 8);
    const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`;
    const ground = `<rect width="100%" height="100%" fill="${this.colors.surface}"/>`;
    const content = `${style}${ground}${this.parts.join("")}`;
    return { height, text: `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${family}">${content}</svg>` };
  }
}

// ``words``: title, lines (above the drawing), value and detail (of a scorecard), notes (below it).
function compose(words, chart, place) {
  const colors = readColors(place, "light");
  const page = new Page(colors);
  page.text(words.title, { size: 20, weight: 600 });
  for (const line of words.lines) page.text(line, { size: 13, color: colors.soft, gap: 2 });
  page.y += 14;
  if (words.value) {
    page.text(words.value, { size: 56, weight: 600, gap: 2 });
    page.text(words.detail, { size: 16, color: colors.soft });
  }
  if (chart?.segments) page.legend(chart.segments.map((name, at) => [colors.series[at], name]));
  else if (chart?.before) page.legend([[colors.bar, chart.now], [colors.before, chart.before]]);
  if (chart) page.chart(chart);
  for (const note of words.notes) page.text(note, { size: 12, color: colors.soft, gap: 2 });
  return page.svg();
}

async function painted({ text, height }) {
  const image = new Image();
  const bytes = new TextEncoder().encode(text);
  image.src = `data:image/svg+xml;base64,${window.btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH * SHARP, height * SHARP];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

export async function picture(words, chart, place, format) {
  const drawn = await compose(words, chart, place);
  return format === "png" ? painted(drawn) : new Blob([drawn.text], { type: "image/svg+xml" });
}
