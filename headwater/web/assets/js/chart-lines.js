// Lines over time: solid where it is over, dashed where the cohort is still open, broken where there
// is no number. Points of small samples are hollow.
import { faded } from "./chart-colors.js";

// The dashed line begins at the last solid point, so that the two meet.
function halves(numbers, open) {
  const starts = open.map((here, at) => here || (open[at + 1] && !here));
  return {
    solid: numbers.map((value, at) => (open[at] ? null : value)),
    dashed: numbers.map((value, at) => (starts[at] ? value : null)),
  };
}

function points(values, { color, surface, small, chosen, crowded }) {
  return values.map((value, at) => ({
    value,
    symbolSize: chosen(at) ? 11 : small(at) ? 7 : crowded ? 0 : 6,
    itemStyle: small(at) ? { color: surface, borderColor: faded(color, 0.6), borderWidth: 1.5 } : { color },
  }));
}

function pair(name, numbers, small, chosen, { chart, colors, color, band, tags }) {
  const { solid, dashed } = halves(numbers, chart.bars.map((bar) => bar.open));
  const common = { type: "line", name, symbol: "circle", connectNulls: false, emphasis: { disabled: true }, z: 3 };
  const how = { color, surface: colors.surface, small, chosen, crowded: band < 14 };
  const label = {
    show: tags && band >= 44,
    position: "top",
    fontSize: 12,
    color: colors.soft,
    // Where a steep line runs behind a number it is still read.
    textBorderColor: colors.surface,
    textBorderWidth: 3,
    formatter: ({ dataIndex }) => chart.bars[dataIndex].tag,
  };
  return [
    { ...common, data: points(solid, how), lineStyle: { color, width: 2 }, label },
    {
      ...common,
      data: points(dashed, how).map((point, at) => (chart.bars[at].open ? point : { ...point, symbolSize: 0, label: { show: false } })),
      lineStyle: { color, width: 2, type: "dashed" },
      label,
    },
  ];
}

export function lines(chart, { colors, selected, band }) {
  if (!chart.segments) {
    const chosen = (at) => Boolean(selected) && selected === chart.bars[at].opens;
    const parts = { chart, colors, color: colors.bar, band, tags: !chart.before };
    const drawn = pair("", chart.bars.map((bar) => bar.value), (at) => chart.bars[at].small, chosen, parts);
    if (chart.before) {
      const data = chart.bars.map((bar) => bar.before?.value ?? null);
      const lineStyle = { color: colors.before, width: 2, type: "dotted" };
      drawn.push({ type: "line", name: chart.before, data, silent: true, symbol: "none", connectNulls: false, lineStyle });
    }
    return drawn;
  }
  return chart.segments.flatMap((name, place) => {
    const numbers = chart.bars.map((bar) => bar.parts[place].value);
    const chosen = (at) => Boolean(selected) && [chart.bars[at].opens, chart.bars[at].parts[place].opens].includes(selected);
    const parts = { chart, colors, color: colors.series[place], band, tags: false };
    return pair(name, numbers, (at) => chart.bars[at].parts[place].small, chosen, parts);
  });
}
