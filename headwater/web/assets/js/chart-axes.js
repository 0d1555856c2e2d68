// The two axes of a chart: names of groups on one, numbers on the other; and its target.

const LONGEST_NAME = 168;
const LETTER = 6.6; // mean width of a letter at 12 px

const LENGTHS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const STEPS = [1, 2, 5, 10];

// Durations are drawn in seconds and told in the largest unit of which the axis has several.
function lengthOf(most) {
  return LENGTHS.find(([, size]) => most >= 2 * size) ?? LENGTHS.at(-1);
}

function lengthStep(most, size) {
  const wanted = most / size / 4;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(wanted)));
  return (STEPS.find((step) => step * power >= wanted) ?? 10) * power * size;
}

function lengthText(most) {
  const [unit, size] = lengthOf(most);
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  });
  return (value) => format.format(value / size);
}

function axisText(chart, most) {
  if (chart.unit === "duration") return lengthText(most);
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", {
    notation: chart.unit === "percent" ? "standard" : "compact",
    maximumFractionDigits: 1,
  });
  return (value) => format.format(value) + (chart.unit === "percent" ? "%" : "");
}

// Names that do not fit below their columns stand aslant, so that all of them can be read.
function named(chart, room, lying) {
  if (lying) return { width: room, overflow: "truncate" };
  const longest = Math.max(...chart.bars.flatMap((bar) => bar.label.split(/\s+/).map((word) => word.length))) * LETTER;
  if (longest > room) return { rotate: 38, width: 110, overflow: "truncate" };
  return { width: room, overflow: "break" };
}

export function category(chart, colors, width, lying) {
  const band = (width - 60) / chart.bars.length;
  const room = lying ? Math.min(LONGEST_NAME, width * 0.34) : Math.max(band - 8, 28);
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
      ...(chart.time ? {} : named(chart, room, lying)),
    },
  };
}

export function values(chart, colors, lying) {
  const apart = chart.segments && (!chart.stacked || chart.kind === "line");
  const all = chart.bars.flatMap((bar) => (apart ? bar.parts : [bar, bar.before ?? {}]));
  const most = Math.max(...all.map((one) => one.value ?? 0), chart.target ?? 0);
  const step = chart.unit === "duration" && most > 0 ? lengthStep(most, lengthOf(most)[1]) : null;
  const whole = chart.unit === "percent" && most > 80 && most <= 100;
  return {
    type: "value",
    min: 0,
    max: whole ? 100 : step && Math.ceil((most * 1.02) / step) * step,
    interval: whole ? 25 : step,
    splitNumber: 4,
    minInterval: chart.whole ? 1 : undefined,
    axisLabel: { show: !lying, color: colors.faint, fontSize: 12, formatter: axisText(chart, most) },
    splitLine: { show: !lying, lineStyle: { color: colors.line } },
  };
}

export function targetLine(chart, colors, lying) {
  if (chart.target === undefined) return undefined;
  return {
    symbol: "none",
    silent: true,
    lineStyle: { color: colors.soft, type: "dashed" },
    label: { color: colors.soft, formatter: chart.targetText },
    data: [lying ? { xAxis: chart.target } : { yAxis: chart.target }],
  };
}
