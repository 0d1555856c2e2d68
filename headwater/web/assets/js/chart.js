// <hw-chart data-chart='{…}'>: draws the bars of a report. Pointing shows a bar's numbers; a
// click, or Enter after the arrow keys, opens its records through the table row it stands for.
import { readColors } from "./chart-colors.js";
import { heightOf, lies, optionOf } from "./chart-option.js";
import { tip } from "./chart-tip.js";

class Chart extends HTMLElement {
  static observedAttributes = ["data-chart"];

  connectedCallback() {
    this.selected = document.querySelector(".groups tbody [data-mark][aria-current]")?.id || "";
    this.pointed = -1;
    this.addEventListener("keydown", (event) => this.keyed(event));
    this.addEventListener("blur", () => this.point(-1));
    this.themes = new MutationObserver(() => this.draw());
    this.themes.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    this.sizes = new ResizeObserver(() => this.fit());
    this.start();
  }

  disconnectedCallback() {
    this.themes?.disconnect();
    this.sizes?.disconnect();
    this.drawing?.dispose();
    this.drawing = null;
  }

  attributeChangedCallback() {
    this.chart = JSON.parse(this.dataset.chart);
    this.draw();
  }

  get stage() {
    return this.querySelector("[data-stage]");
  }

  async start() {
    this.stage.style.height = `${heightOf(this.chart, this.clientWidth)}px`;
    const { echarts } = await import("./charts.js");
    if (!this.isConnected || this.drawing) return;
    this.drawing = echarts.init(this.stage, null, { renderer: "canvas" });
    const surface = this.drawing.getZr();
    // A part of a bar opens its own records; anywhere else the whole group counts as the bar.
    surface.on("click", (event) => event.target && this.chart.segments ? null : this.open(this.barAt(event)));
    this.drawing.on("click", ({ seriesIndex, dataIndex }) => {
      const bar = this.chart.bars[dataIndex];
      if (this.chart.segments) this.follow(bar.parts[seriesIndex].opens || bar.opens);
    });
    surface.on("mousemove", (event) => surface.setCursorStyle(this.barAt(event) < 0 ? "default" : "pointer"));
    this.draw();
    this.sizes.observe(this);
    this.dataset.drawn = String(this.chart.bars.length);
  }

  draw() {
    if (!this.drawing) return;
    const width = this.clientWidth;
    this.width = width;
    this.stage.style.height = `${heightOf(this.chart, width)}px`;
    this.drawing.resize();
    const parts = { colors: readColors(this), width, selected: this.selected, tooltip: tip };
    this.drawing.setOption(optionOf(this.chart, parts), { notMerge: true });
  }

  fit() {
    if (this.clientWidth && this.clientWidth !== this.width) this.draw();
  }

  // The whole height of a group counts as its bar: a rate of 0 % must be clickable too.
  barAt({ offsetX, offsetY }) {
    const point = [offsetX, offsetY];
    if (!this.drawing.containPixel("grid", point)) return -1;
    const at = this.drawing.convertFromPixel({ gridIndex: 0 }, point)[lies(this.chart, this.width) ? 1 : 0];
    return at >= 0 && at < this.chart.bars.length ? at : -1;
  }

  open(at) {
    this.follow(this.chart.bars[at]?.opens);
  }

  follow(id) {
    document.getElementById(id)?.click();
  }

  // Called when other records are shown: the id of what opened them, "" for all of them.
  select(id) {
    this.selected = id;
    this.draw();
  }

  point(at) {
    this.pointed = at;
    this.drawing?.dispatchAction(
      at < 0 ? { type: "hideTip" } : { type: "showTip", seriesIndex: 0, dataIndex: at },
    );
    const bar = this.chart.bars[at];
    const said = bar ? [bar.label, bar.text, bar.detail, ...bar.notes].filter(Boolean).join(", ") : "";
    this.querySelector("[aria-live]").textContent = said;
  }

  keyed(event) {
    const last = this.chart.bars.length - 1;
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.key in steps) this.point(Math.max(0, Math.min(last, this.pointed + steps[event.key])));
    else if (event.key === "Home") this.point(0);
    else if (event.key === "End") this.point(last);
    else if (event.key === "Enter" && this.pointed >= 0) this.open(this.pointed);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("hw-chart", Chart);
