/** Charts and data tables. A chart is drawn as SVG, with its numbers as a table for screen readers. */
import { el } from "./dom.js";
import { renderRichText } from "./richtext.js";

const WIDTH = 520;
const HEIGHT = 220;
const LEFT = 40;
const TOP = 10;
const BOTTOM = 26;
const TICKS = 4;

/** Creates one SVG element. */
function svg(tag, props = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, String(value));
  node.append(...children.flat(Infinity));
  return node;
}

/** The lowest round number at or above the highest value: 1, 2, or 5 times a power of ten, times the ticks. */
function roundTop(highest) {
  const step = Math.max(highest, 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(step));
  return TICKS * power * [1, 2, 2.5, 5, 10].find((each) => each * power >= step);
}

/** Where a value is in each direction. */
function scales(categories, highest) {
  const top = roundTop(highest);
  const slot = (WIDTH - LEFT) / categories.length;
  return {
    top,
    slot,
    x: (index) => LEFT + slot * (index + 0.5),
    y: (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top),
  };
}

function axes(categories, { top, slot, x, y }) {
  const every = Math.ceil(categories.length / Math.max(1, Math.floor((WIDTH - LEFT) / 64)));
  return [
    Array.from({ length: TICKS + 1 }, (_, tick) => (top * tick) / TICKS).map((value) => [
      svg("line", { class: "chart-grid", x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value) }),
      svg("text", { class: "chart-label", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, String(value)),
    ]),
    categories
      .map((name, index) => [name, index])
      .filter(([, index]) => (categories.length - 1 - index) % every === 0)
      .map(([name, index]) =>
        svg("text", { class: "chart-label", x: x(index), y: HEIGHT - 8, "text-anchor": "middle" }, name.slice(0, Math.floor((slot * every) / 6))),
      ),
  ];
}

function bars(series, scale) {
  const width = (scale.slot * 0.7) / series.length;
  return series.map((one, place) =>
    one.values.map((value, index) =>
      svg("rect", {
        class: `chart-fill chart-color-${place}`,
        x: scale.x(index) - scale.slot * 0.35 + width * place,
        y: scale.y(value),
        width: Math.max(1, width - 1),
        height: scale.y(0) - scale.y(value),
      }),
    ),
  );
}

function lines(series, scale, filled) {
  return series.map((one, place) => {
    const points = one.values.map((value, index) => `${scale.x(index)},${scale.y(value)}`);
    const base = [`${scale.x(one.values.length - 1)},${scale.y(0)}`, `${scale.x(0)},${scale.y(0)}`];
    return [
      filled && svg("polygon", { class: `chart-area chart-color-${place}`, points: [...points, ...base].join(" ") }),
      svg("polyline", { class: `chart-line chart-color-${place}`, points: points.join(" ") }),
      one.values.map((value, index) =>
        svg("circle", { class: `chart-fill chart-color-${place}`, cx: scale.x(index), cy: scale.y(value), r: 3 }),
      ),
    ].filter(Boolean);
  });
}

function slices(segments) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  const [cx, cy, r] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - TOP];
  const point = (part) => [cx + r * Math.sin(2 * Math.PI * part), cy - r * Math.cos(2 * Math.PI * part)].join(" ");
  let before = 0;
  return segments.map(({ value }, place) => {
    const [start, end] = [before, before + Math.min(value / total, 0.9999)];
    before += value / total;
    const large = end - start > 0.5 ? 1 : 0;
    return svg("path", {
      class: `chart-fill chart-color-${place}`,
      d: `M ${cx} ${cy} L ${point(start)} A ${r} ${r} 0 ${large} 1 ${point(end)} Z`,
    });
  });
}

/** The numbers behind a chart. */
function numbers(title, categories, series) {
  return el(
    "table",
    { class: "unseen" },
    el("caption", {}, title),
    el("thead", {}, el("tr", {}, el("td"), series.map(({ name }) => el("th", { scope: "col" }, name)))),
    el(
      "tbody",
      {},
      categories.map((name, index) =>
        el("tr", {}, el("th", { scope: "row" }, name), series.map(({ values }) => el("td", {}, String(values[index])))),
      ),
    ),
  );
}

/** A pie, bar, line, or area chart. */
export function chart({ title, chart: { type, segments, series, axis_config: axis } }) {
  const pie = type === "pie";
  const categories = pie ? segments.map(({ label }) => label) : axis.categories;
  const valueOf = (one, label) => one.data.find((point) => point.label === label)?.value ?? 0;
  const named = pie
    ? [{ name: title, values: segments.map(({ value }) => value) }]
    : series.map((one) => ({ name: one.name, values: categories.map((label) => valueOf(one, label)) }));
  const scale = scales(categories, Math.max(0, ...named.flatMap(({ values }) => values)));
  const drawn = pie ? slices(segments) : [axes(categories, scale), type === "bar" ? bars(named, scale) : lines(named, scale, type === "area")];
  const legend = pie ? categories : named.map(({ name }) => name);
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, el("b", {}, title), axis?.y_label && el("span", { class: "aside" }, ` ${axis.y_label}`)),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, drawn),
    el("ul", { class: "chart-legend", "aria-hidden": "true" }, legend.map((name, place) => el("li", {}, el("i", { class: `chart-key chart-color-${place}` }), name))),
    numbers(title, categories, named),
  );
}

/** A table whose rows come in pages. The first row names the columns. */
export function dataTable(block, surface) {
  const { rows, page_size: size = 5, row_header_column_index: header = 0 } = block;
  const [first, ...rest] = rows;
  const content = (cell) => (cell.type === "rich_text" ? renderRichText(cell, surface.names) : (cell.text ?? String(cell.value)));
  const align = (cell) => (cell.type === "raw_number" ? "align-right" : "");
  const body = el("tbody");
  const place = el("span", { class: "aside", role: "status" });
  const pages = Math.ceil(rest.length / size);
  let page = 0;
  const turn = (by) => {
    page = Math.min(Math.max(page + by, 0), pages - 1);
    const shown = rest.slice(page * size, (page + 1) * size);
    body.replaceChildren(
      ...shown.map((row) =>
        el(
          "tr",
          {},
          row.map((cell, column) =>
            column === header
              ? el("th", { scope: "row", class: align(cell) }, content(cell))
              : el("td", { class: align(cell) }, content(cell)),
          ),
        ),
      ),
    );
    place.textContent = `Page ${page + 1} of ${pages}`;
  };
  const button = (name, by) => el("button", { class: "button", type: "button", on: { click: () => turn(by) } }, name);
  turn(0);
  return el(
    "div",
    { class: "data-table" },
    el(
      "div",
      { class: "table-scroll", tabindex: "0", role: "group", "aria-label": block.caption },
      el(
        "table",
        {},
        el("caption", {}, block.caption),
        el("thead", {}, el("tr", {}, first.map((cell) => el("th", { scope: "col", class: align(cell) }, content(cell))))),
        body,
      ),
    ),
    pages > 1 && el("div", { class: "actions" }, button("Back", -1), button("Next", 1), place),
  );
}
