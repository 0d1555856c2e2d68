// What to draw: from the server's groups to an ECharts option. See views/reports/bars.py for the shape.
import { category, targetLine, values } from "./chart-axes.js";
import { faded } from "./chart-colors.js";
import { lines } from "./chart-lines.js";

function beside(chart) {
  return chart.segments && !chart.stacked ? chart.segments.length : chart.before ? 2 : 1;
}

// Bars lie. Columns stand, but on a phone their names could not be read: there they lie too.
export function lies(chart, width) {
  if (chart.time || chart.kind === "line") return false;
  return chart.kind === "bar" || (width < 520 && chart.bars.length > 3);
}

export function heightOf(chart, width) {
  if (!lies(chart, width)) return width < 520 ? 260 : 320;
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

// The same groups in the time that is compared with: narrow, grey, without numbers.
function before(chart, { colors, lying }) {
  return {
    name: chart.before,
    silent: true,
    data: chart.bars.map((bar) => bar.before?.value ?? null),
    itemStyle: { color: colors.before, borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    barMaxWidth: lying ? 8 : 24,
    barGap: "12%",
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

function series(chart, how) {
  if (chart.kind === "line") return lines(chart, how);
  const gap = { type: "bar", barCategoryGap: how.band > 24 || how.lying ? "32%" : "12%" };
  const drawn = chart.segments ? chart.segments.map((_, place) => segment(chart, place, how)) : [bars(chart, how)];
  if (chart.before && !chart.segments) drawn.push(before(chart, how));
  return drawn.map((one) => ({ ...gap, emphasis: { disabled: true }, ...one }));
}

function tooltip(chart, { colors, tip }) {
  const shadow = { type: "shadow", shadowStyle: { color: faded(colors.ink, 0.045) }, z: 0 };
  return {
    trigger: "axis",
    confine: true,
    axisPointer: chart.kind === "line" ? { type: "line", lineStyle: { color: colors.rest } } : shadow,
    className: "chart-tip",
    backgroundColor: "transparent",
    borderWidth: 0,
    padding: 0,
    extraCssText: "box-shadow: none",
    transitionDuration: 0.1,
    formatter: ([point]) => (point ? tip(chart, chart.bars[point.dataIndex]) : ""),
  };
}

export function optionOf(chart, { colors, width, selected, tip }) {
  const lying = lies(chart, width);
  const band = (width - 60) / chart.bars.length;
  const names = category(chart, colors, width, lying);
  const numbers = values(chart, colors, lying);
  const drawn = series(chart, { colors, selected, lying, band });
  drawn[0].markLine = targetLine(chart, colors, lying);
  return {
    animationDuration: 260,
    animationDurationUpdate: 220,
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    // Double quotes would end the attribute in which a picture writes the font.
    textStyle: { fontFamily: window.getComputedStyle(document.body).fontFamily.replaceAll('"', "'") },
    grid: { left: 4, right: lying && !chart.segments ? 92 : 8, top: lying ? 4 : 26, bottom: 4, containLabel: true },
    xAxis: lying ? numbers : names,
    yAxis: lying ? names : numbers,
    tooltip: tip ? tooltip(chart, { colors, tip }) : undefined,
    series: drawn,
  };
}
