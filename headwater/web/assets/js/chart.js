// <hw-chart data-chart='{…}'>: draws a report. Pointing shows the numbers of a group; a click, or
// Enter after the arrow keys, opens its records: through the table row it stands for, or, where the
// chart has an address (on a dashboard), there. With data-fit it fills the room it is given.
import { readColors } from "./chart-colors.js";
import { heightOf, lies, optionOf } from "./chart-option.js";
import { tip } from "./chart-tip.js";

class Chart extends HTMLElement {
  static observedAttributes = ["data-chart"];

  connectedCallback() {
    this.selected = document.querySelector(".groups tbody [data-mark][aria-current]")?.id || "";
    this.pointed = -1;
    this.place = -1;
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

  get lying() {
    return lies(this.chart, this.width);
  }

  sizeStage() {
    this.width = this.clientWidth;
    const height = "fit" in this.dataset ? this.clientHeight : heightOf(this.chart, this.width);
    this.stage.style.height = `${height}px`;
  }

  async start() {
    this.sizeStage();
    const { echarts } = await import("./charts.js");
    if (!this.isConnected || this.drawing) return;
    this.drawing = echarts.init(this.stage, null, { renderer: "canvas" });
    const surface = this.drawing.getZr();
    // A part of a bar opens its own records; anywhere else the whole group counts as the bar.
    surface.on("click", (event) => event.target && this.chart.segments ? null : this.open(this.barAt(event)));
    this.drawing.on("click", ({ seriesIndex, dataIndex }) => {
      if (this.chart.segments) this.open(dataIndex, this.chart.kind === "line" ? seriesIndex >> 1 : seriesIndex);
    });
    surface.on("mousemove", (event) => surface.setCursorStyle(this.barAt(event) < 0 ? "default" : "pointer"));
    this.draw();
    this.sizes.observe(this);
    this.dataset.drawn = String(this.chart.bars.length);
  }

  draw() {
    if (!this.drawing) return;
    this.sizeStage();
    this.drawing.resize();
    const parts = { colors: readColors(this), width: this.width, selected: this.selected, tip };
    this.drawing.setOption(optionOf(this.chart, parts), { notMerge: true });
  }

  fit() {
    const taller = "fit" in this.dataset && this.clientHeight !== this.stage.clientHeight;
    if (this.clientWidth && (taller || this.clientWidth !== this.width)) this.draw();
  }

  // The whole height of a group counts as its bar: a rate of 0 % must be clickable too.
  barAt({ offsetX, offsetY }) {
    const point = [offsetX, offsetY];
    if (!this.drawing.containPixel("grid", point)) return -1;
    const at = this.drawing.convertFromPixel({ gridIndex: 0 }, point)[this.lying ? 1 : 0];
    return at >= 0 && at < this.chart.bars.length ? at : -1;
  }

  open(at, part = -1) {
    const bar = this.chart.bars[at];
    if (!bar) return;
    if (this.chart.href) {
      const address = new URL(this.chart.href, window.location.href);
      address.searchParams.set("mark", bar.parts?.[part]?.mark || bar.mark);
      window.location.assign(address);
    } else document.getElementById(bar.parts?.[part]?.opens || bar.opens)?.click();
  }

  // Called when other records are shown: the id of what opened them, "" for all of them.
  select(id) {
    this.selected = id;
    this.draw();
  }

  middle(at) {
    const most = Math.max(1, ...this.chart.bars.map((bar) => bar.value ?? 0)) / 2;
    return this.drawing.convertToPixel({ gridIndex: 0 }, this.lying ? [most, at] : [at, most]);
  }

  point(at, part = -1) {
    this.pointed = at;
    this.place = part;
    if (at < 0) this.drawing?.dispatchAction({ type: "hideTip" });
    else if (this.drawing) {
      const [x, y] = this.middle(at);
      this.drawing.dispatchAction({ type: "showTip", x, y });
    }
    this.querySelector("[aria-live]").textContent = this.said();
  }

  said() {
    const bar = this.chart.bars[this.pointed];
    if (!bar) return "";
    const before = bar.before ? `${this.chart.before}: ${bar.before.text}` : "";
    const one = bar.parts?.[this.place];
    const words = one
      ? [bar.label, this.chart.segments[this.place], one.text || "–", one.detail]
      : [bar.label, bar.text, bar.detail, before, ...bar.notes];
    return words.filter(Boolean).join(", ");
  }

  // Along the groups, and across them through their segments.
  keyed(event) {
    const last = this.chart.bars.length - 1;
    const along = this.lying ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
    const across = this.chart.segments ? (this.lying ? ["ArrowRight", "ArrowLeft"] : ["ArrowDown", "ArrowUp"]) : [];
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const step = steps[event.key];
    if (across.includes(event.key)) {
      const part = Math.max(-1, Math.min(this.chart.segments.length - 1, this.place + step));
      this.point(Math.max(0, this.pointed), part);
    } else if (step && (along.includes(event.key) || !this.chart.segments)) {
      this.point(Math.max(0, Math.min(last, this.pointed + step)), this.place);
    } else if (event.key === "Home") this.point(0);
    else if (event.key === "End") this.point(last);
    else if (event.key === "Enter" && this.pointed >= 0) this.open(this.pointed, this.place);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("hw-chart", Chart);
