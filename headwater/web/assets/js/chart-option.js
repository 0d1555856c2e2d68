// What to draw: from the server's bars to an ECharts option. See views/reports/bars.py for the shape.
import { category, targetLine, values } from "./chart-axes.js";
import { faded } from "./chart-colors.js";

const STANDING = 12; // more groups than this lie down, so that their names can be read
const LETTER = 6.6; // mean width of a letter at 12 px

function beside(chart) {
  return chart.segments && !chart.stacked ? chart.segments.length : 1;
}

export function lies(chart, width) {
  if (chart.time) return false;
  const longest = Math.max(...chart.bars.map((bar) => bar.label.length)) * LETTER;
  const band = (width - 60) / chart.bars.length;
  return width < 520 || chart.bars.length > STANDING || longest > band * 1.85 || beside(chart) * 9 > band;
}

export function heightOf(chart, width) {
  if (!lies(chart, width)) return width < 520 ? 260 : 300;
  return chart.bars.length * Math.max(28, beside(chart) * 13 + 10) + 16;
}

// Young cohorts are hatched, small samples pale: both can hold at once.
function look(color, small, open) {
  if (!open) return { color: small ? faded(color, 0.38) : color };
  const decal = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 };
  decal.color = faded(color, small ? 0.5 : 0.9);
  return { color: faded(color, small ? 0.2 : 0.32), decal };
}

// Beside a chosen bar the rest is grey, which means neither small nor open.
function bars(chart, { colors, selected, lying, band }) {
  const corner = lying ? [0, 4, 4, 0] : [4, 4, 0, 0];
  return {
    data: chart.bars.map((bar) => {
      const color = selected && selected !== bar.opens ? colors.rest : colors.bar;
      const quiet = bar.value === null || bar.small || bar.open;
      return {
        value: bar.value ?? 0,
        itemStyle: { ...look(color, bar.small, bar.open), borderRadius: corner },
        label: { color: quiet ? colors.faint : colors.soft },
      };
    }),
    barMaxWidth: lying ? 18 : 52,
    label: {
      show: lying || band >= 38,
      position: lying ? "right" : "top",
      fontSize: 12,
      formatter: ({ dataIndex }) => chart.bars[dataIndex].tag,
    },
  };
}

function segment(chart, place, { colors, selected, lying }) {
  const chosen = (bar) => !selected || selected === bar.opens || selected === bar.parts[place].opens;
  return {
    name: chart.segments[place],
    stack: chart.stacked ? "all" : undefined,
    data: chart.bars.map((bar) => ({
      value: bar.parts[place].value,
      itemStyle: {
        ...look(colors.series[place], bar.parts[place].small, bar.open),
        opacity: chosen(bar) ? 1 : 0.25,
        borderRadius: chart.stacked ? 0 : lying ? [0, 3, 3, 0] : [3, 3, 0, 0],
      },
    })),
    barMaxWidth: chart.stacked ? (lying ? 18 : 52) : 22,
    barGap: "8%",
  };
}

export function optionOf(chart, { colors, width, selected, tooltip }) {
  const lying = lies(chart, width);
  const band = (width - 60) / chart.bars.length;
  const names = category(chart, colors, width, lying);
  const numbers = values(chart, colors, lying);
  const how = { colors, selected, lying, band };
  const series = chart.segments ? chart.segments.map((_, place) => segment(chart, place, how)) : [bars(chart, how)];
  const common = { type: "bar", barCategoryGap: band > 24 || lying ? "32%" : "12%", emphasis: { disabled: true } };
  series[0].markLine = targetLine(chart, colors, lying);
  return {
    animationDuration: 260,
    animationDurationUpdate: 220,
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    textStyle: { fontFamily: window.getComputedStyle(document.body).fontFamily },
    grid: { left: 4, right: lying && !chart.segments ? 92 : 8, top: lying ? 4 : 26, bottom: 4, containLabel: true },
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
      formatter: ([point]) => tooltip(chart, chart.bars[point.dataIndex]),
    },
    series: series.map((one) => ({ ...common, ...one })),
  };
}
