/** Markdown blocks: the standard Markdown that Slack takes there, as DOM nodes. */
import { el, fragment } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

const INLINE =
  /`([^`]+)`|!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)|(\*\*|__)(?=\S)(.+?)\4|(\*|_)(?=\S)([^*_]+?)\6(?![\p{L}\p{N}])|~~(.+?)~~|(https?:\/\/[^\s<>)]+)/u;

/** Inline Markdown of one paragraph. */
function inline(text) {
  const match = INLINE.exec(text);
  if (!match) return withEmoji(text);
  const [whole, code, label, address, , strong, , soft, struck, url] = match;
  const node =
    (code !== undefined && el("code", {}, code)) ||
    (address !== undefined && (link(address, label || address) ?? label)) ||
    (strong !== undefined && el("b", {}, inline(strong))) ||
    (soft !== undefined && el("i", {}, inline(soft))) ||
    (struck !== undefined && el("s", {}, inline(struck))) ||
    (url !== undefined && link(url, url));
  return fragment(withEmoji(text.slice(0, match.index)), node, inline(text.slice(match.index + whole.length)));
}

const cells = (row) =>
  row
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());

/** How each kind of block begins, how far it goes, and what it becomes; the first that fits is taken. */
const KINDS = [
  {
    begins: /^```/,
    goesOn: (line, taken) => taken.length === 1 || !/^```/.test(taken.at(-1)),
    render: (taken) =>
      el(
        "pre",
        {},
        el(
          "code",
          {},
          taken
            .slice(1)
            .join("\n")
            .replace(/\n?```\s*$/, ""),
        ),
      ),
  },
  {
    begins: /^#{1,6}\s/,
    goesOn: () => false,
    render: ([line]) => el(`h${Math.min(6, /^#+/.exec(line)[0].length + 2)}`, {}, inline(line.replace(/^#+\s+/, ""))),
  },
  { begins: /^\s*([-*_])(\s*\1){2,}\s*$/, goesOn: () => false, render: () => el("hr") },
  {
    begins: /^>/,
    goesOn: (line) => /^>/.test(line),
    render: (taken) => el("blockquote", {}, renderMarkdown(taken.map((line) => line.replace(/^> ?/, "")).join("\n"))),
  },
  {
    begins: /^\s*([-*+]|\d+[.)])\s/,
    goesOn: (line) => /^\s*([-*+]|\d+[.)])\s|^\s{2,}\S/.test(line),
    render: list,
  },
  {
    begins: /^\s*\|.*\|\s*$/,
    goesOn: (line) => /^\s*\|.*\|\s*$/.test(line),
    render: table,
  },
];

const PARAGRAPH = {
  goesOn: (line) => line.trim() !== "" && !KINDS.some((kind) => kind.begins.test(line)),
  render: (taken) =>
    el(
      "p",
      {},
      taken.map((line, index) => [index > 0 && el("br"), inline(line)]),
    ),
};

/** A list: items indented by two or more belong to the item above them. */
function list(taken) {
  const marker = /^\s*(?:[-*+]|\d+[.)])\s+/;
  const indent = /^\s*/.exec(taken[0])[0].length;
  const root = el(/^\s*\d/.test(taken[0]) ? "ol" : "ul");
  for (let at = 0; at < taken.length;) {
    const inner = [];
    const own = taken[at];
    for (at += 1; at < taken.length && /^\s*/.exec(taken[at])[0].length > indent; at += 1) inner.push(taken[at]);
    const below = inner.length > 0 && (marker.test(inner[0]) ? list(inner) : [" ", inline(inner.join(" ").trim())]);
    const box = /^\[([ x])\]\s/i.exec(own.replace(marker, ""));
    const words = own.replace(marker, "").replace(/^\[[ x]\]\s/i, "");
    root.append(el("li", {}, box && (box[1] === " " ? "☐ " : "☑ "), inline(words), below));
  }
  return root;
}

function table(taken) {
  const ruled = taken.length > 1 && /^[\s|:-]+$/.test(taken[1]);
  const row = (line, tag) =>
    el(
      "tr",
      {},
      cells(line).map((cell) => el(tag, tag === "th" ? { scope: "col" } : {}, inline(cell))),
    );
  const body = taken.slice(ruled ? 2 : 0).map((line) => row(line, "td"));
  return el(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" },
    el("table", {}, ruled && el("thead", {}, row(taken[0], "th")), el("tbody", {}, body)),
  );
}

/** A whole Markdown text. */
export function renderMarkdown(text) {
  const all = text.split("\n");
  const rendered = [];
  for (let at = 0; at < all.length;) {
    if (all[at].trim() === "") {
      at += 1;
      continue;
    }
    const kind = KINDS.find(({ begins }) => begins.test(all[at])) ?? PARAGRAPH;
    const taken = [all[at]];
    for (at += 1; at < all.length && kind.goesOn(all[at], taken); at += 1) taken.push(all[at]);
    rendered.push(kind.render(taken));
  }
  return fragment(rendered);
}
