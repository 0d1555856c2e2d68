// What to draw: from the server's bars to an ECharts option. See views/reports/figures.py for the shape.
import { faded } from "./chart-colors.js";

const ROW = 28; // height of a lying bar with its gap
const STANDING = 12; // more groups than this lie down, so that their names can be read
const LETTER = 6.6; // mean width of a letter at 12 px
const LONGEST_NAME = 168;

export function lies(chart, width) {
  if (chart.time) return false;
  const longest = Math.max(...chart.bars.map((bar) => bar.label.length)) * LETTER;
  const band = (width - 60) / chart.bars.length;
  return width < 520 || chart.bars.length > STANDING || longest > band * 1.85;
}

export function heightOf(chart, width) {
  if (!lies(chart, width)) return width < 520 ? 260 : 300;
  return chart.bars.length * ROW + 16;
}

function axisText(chart) {
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", {
    notation: chart.unit === "percent" ? "standard" : "compact",
    maximumFractionDigits: 1,
  });
  return (value) => format.format(value) + (chart.unit === "percent" ? "%" : "");
}

// Young cohorts are hatched, small samples pale: both can hold at once. Beside a chosen bar the
// rest is grey, which means neither.
function look(bar, colors, rest) {
  const color = rest ? colors.rest : colors.bar;
  const style = { color: bar.small ? faded(color, 0.38) : color };
  if (bar.open) {
    style.color = faded(color, bar.small ? 0.2 : 0.32);
    style.decal = {
      symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4,
      color: faded(color, bar.small ? 0.5 : 0.9),
    };
  }
  return style;
}

function points(chart, colors, selected, lying) {
  const corner = lying ? [0, 4, 4, 0] : [4, 4, 0, 0];
  return chart.bars.map((bar, at) => ({
    value: bar.value ?? 0,
    itemStyle: { ...look(bar, colors, selected !== null && selected !== at), borderRadius: corner },
    label: { color: bar.value === null || bar.small || bar.open ? colors.faint : colors.soft },
  }));
}

function category(chart, colors, width, lying) {
  const band = (width - 60) / chart.bars.length;
  return {
    type: "category",
    data: chart.bars.map((bar) => bar.label),
    inverse: lying,
    axisTick: { show: false },
    axisLine: { show: !lying, lineStyle: { color: colors.line } },
    axisLabel: {
      color: colors.soft,
      fontSize: 12,
      interval: chart.time ? "auto" : 0,
      hideOverlap: true,
      width: lying ? Math.min(LONGEST_NAME, width * 0.34) : Math.max(band - 8, 28),
      overflow: lying || chart.time ? "truncate" : "break",
      ...(chart.time ? { width: undefined, overflow: "none" } : {}),
    },
  };
}

function values(chart, colors, lying) {
  const most = Math.max(...chart.bars.map((bar) => bar.value ?? 0), chart.target ?? 0);
  return {
    type: "value",
    min: 0,
    max: chart.unit === "percent" && most > 80 && most <= 100 ? 100 : null,
    splitNumber: 4,
    minInterval: chart.whole ? 1 : undefined,
    axisLabel: { show: !lying, color: colors.faint, fontSize: 12, formatter: axisText(chart) },
    splitLine: { show: !lying, lineStyle: { color: colors.line } },
  };
}

function targetLine(chart, colors) {
  if (chart.target === undefined) return undefined;
  return {
    symbol: "none",
    silent: true,
    lineStyle: { color: colors.soft, type: "dashed" },
    label: { color: colors.soft, formatter: chart.targetText },
    data: [{ yAxis: chart.target }],
  };
}

export function optionOf(chart, { colors, width, selected, tooltip }) {
  const lying = lies(chart, width);
  const band = (width - 60) / chart.bars.length;
  const names = category(chart, colors, width, lying);
  const numbers = values(chart, colors, lying);
  return {
    animationDuration: 260,
    animationDurationUpdate: 220,
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    textStyle: { fontFamily: window.getComputedStyle(document.body).fontFamily },
    grid: { left: 4, right: lying ? 92 : 8, top: lying ? 4 : 26, bottom: 4, containLabel: true },
    xAxis: lying ? numbers : names,
    yAxis: lying ? names : numbers,
    tooltip: {
      trigger: "axis",
      confine: true,
      axisPointer: { type: "shadow", shadowStyle: { color: faded(colors.ink, 0.045) }, z: 0 },
      className: "chart-tip",
      backgroundColor: "transparent",
      borderWidth: 0,
      padding: 0,
      extraCssText: "box-shadow: none",
      transitionDuration: 0.1,
      formatter: ([point]) => tooltip(chart.bars[point.dataIndex]),
    },
    series: [
      {
        type: "bar",
        data: points(chart, colors, selected, lying),
        barMaxWidth: lying ? 18 : 52,
        barCategoryGap: band > 24 || lying ? "32%" : "12%",
        emphasis: { disabled: true },
        label: {
          show: lying || band >= 38,
          position: lying ? "right" : "top",
          fontSize: 12,
          formatter: ({ dataIndex }) => chart.bars[dataIndex].tag,
        },
        markLine: targetLine(chart, colors),
      },
    ],
  };
}
