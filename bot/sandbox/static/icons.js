/** Line icons on a 20 px grid. They are decoration; the text next to them has the meaning. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  home: "M3.5 9.2 10 3.5l6.5 5.7v6.3a1 1 0 0 1-1 1H12v-4.6H8v4.6H4.5a1 1 0 0 1-1-1z",
  message: "M4 4.5h12a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1H9.5L6 17v-3H4a1 1 0 0 1-1-1V5.5a1 1 0 0 1 1-1z",
  hash: "M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.7h12.5M3.5 12.3H16",
  lock: "M5.5 9h9a1 1 0 0 1 1 1v5.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1zM7 9V6.5a3 3 0 0 1 6 0V9",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  close: "M5 5l10 10M15 5 5 15",
  back: "M11.5 4.5 6 10l5.5 5.5",
  attach: "M15.5 9.2 10 14.7a3.4 3.4 0 0 1-4.8-4.8l5.9-5.9a2.3 2.3 0 0 1 3.2 3.2l-5.8 5.8a1.1 1.1 0 0 1-1.6-1.6l5-5",
  send: "M4 10 3.2 4.2a.6.6 0 0 1 .8-.6L17 9.5a.6.6 0 0 1 0 1.1L4 16.4a.6.6 0 0 1-.8-.6zm0 0h6.5",
  eye: "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5zM10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  reply: "M3.5 5.5a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v6.5a1 1 0 0 1-1 1h-5l-3.5 3v-3h-2.5a1 1 0 0 1-1-1zM7 8h6M7 10.2h4",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  down: "M5.5 8 10 12.5 14.5 8",
  right: "M8 5.5 12.5 10 8 14.5",
  check: "M4.5 10.5 8.3 14.3 15.5 6.5",
  moon: "M16 11.8A6.5 6.5 0 0 1 8.2 4a6.5 6.5 0 1 0 7.8 7.8z",
  sun: "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M4.7 15.3l1.1-1.1M14.2 5.8l1.1-1.1",
  auto: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  file: "M6 2.8h5.5L15.5 7v9.2a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V3.8a1 1 0 0 1 1-1zM11.3 3v4.2h4",
  image:
    "M4 4h12a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM3.2 13.5 7.5 9.5l4 4 2-1.8 3.3 2.6M13 8h.01",
  video: "M4 5h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM8.5 7.8v4.4l3.6-2.2z",
  info: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.2v4M10 6.7h.01",
  warning: "M10 3.5 17.3 16H2.7zM10 8.5v3.5M10 13.9h.01",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.2l2.7 1.7",
  circle: "M10 16a6 6 0 1 0 0-12 6 6 0 0 0 0 12z",
  thumbsup:
    "M3.5 9h2.7v7.2H3.5zM6.2 9l3-5.7c1.3 0 2 .8 1.8 2.2L10.6 8h4.3a1.4 1.4 0 0 1 1.4 1.7l-1 5.2a1.6 1.6 0 0 1-1.6 1.3H6.2",
  thumbsdown:
    "M16.5 11h-2.7V3.8h2.7zM13.8 11l-3 5.7c-1.3 0-2-.8-1.8-2.2l.4-2.5H5.1a1.4 1.4 0 0 1-1.4-1.7l1-5.2a1.6 1.6 0 0 1 1.6-1.3h7.5",
};

/** An icon by name, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.circle);
  svg.append(path);
  return svg;
}
