// What stands beside the pointer: the numbers of one group, and of its segments when there are any.
// Elements, not HTML: the policy of the page refuses inline styles, and labels are people's texts.

function line(name, text) {
  const item = document.createElement("div");
  item.className = name;
  item.textContent = text;
  return item;
}

function part(chart, bar, place) {
  const item = document.createElement("div");
  item.className = "chart-tip-part";
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.dataset.series = String(place);
  const { text, detail } = bar.parts[place];
  item.append(swatch, line("grow", chart.segments[place]), line("chart-tip-number", text));
  if (detail) item.append(line("chart-tip-detail", detail));
  return item;
}

export function tip(chart, bar) {
  const box = document.createElement("div");
  box.className = "chart-tip-box";
  box.append(line("chart-tip-name", bar.label), line("chart-tip-value", bar.text));
  if (bar.detail) box.append(line("chart-tip-detail", bar.detail));
  if (bar.before) box.append(line("chart-tip-detail", `${chart.before}: ${bar.before.text}`));
  if (bar.before?.change) box.append(line("chart-tip-detail", bar.before.change));
  for (const place of (chart.segments || []).keys()) {
    if (bar.parts[place].text) box.append(part(chart, bar, place));
  }
  for (const note of bar.notes) box.append(line("chart-tip-note", note));
  return box;
}
