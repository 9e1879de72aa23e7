/**
 * Slack's mrkdwn, as DOM nodes: *bold*, _italic_, ~strike~, `code`, ```blocks```, > quotes, links, mentions, dates.
 * `names` resolves IDs: { person(id), channel(id), zone }.
 */
import { fillDate, fullTime } from "./dates.js";
import { el, fragment } from "./dom.js";
import { withEmoji } from "./emoji.js";

const FENCE = /```\n?([\s\S]*?)\n?```/;
const ATOM = /`([^`\n]+)`|<([^<>\n]+)>|(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]}'"*_~])/g;
// A marker opens after a space or punctuation and closes before one, so snake_case and 3*4*5 don't change.
const STYLED = /(?<![\p{L}\p{N}])([*_~])(?!\s)((?:(?!\1)[^\n])+)(?<!\s)\1(?![\p{L}\p{N}])/u;
const STYLE_TAGS = { "*": "b", _: "i", "~": "s" };
const ATOMS_AT = 0xe000; // Private characters stand for code and links while the styles around them are found.
const ATOMS_MAX = 0x1900;
const LIST_ITEM = /^(\s*)(•|◦|▪|[-–]|\d{1,2}[.)])\s+(.*)$/;

/** Unescapes the three characters that Slack escapes. */
export function unescaped(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** A text object of Block Kit, or a bare string: plain text or mrkdwn, as its `type` says. */
export function renderText(text, names) {
  if (typeof text === "string") return document.createTextNode(text);
  return text?.type === "mrkdwn" ? renderMrkdwn(text.text, names) : renderPlain(text);
}

/** A text object in a box of its own, or nothing when there is none. */
export const prose = (text, { names }, name) => text && el("div", { class: `${name} prose` }, renderText(text, names));

/** The words of a plain text object, with emoji; empty when there is none. */
export const plainWords = (text) => (typeof text === "string" ? text : withEmoji(text?.text ?? ""));
const renderPlain = (text) => lines(plainWords(text), (line) => line);

/** A whole mrkdwn text. */
export function renderMrkdwn(text, names) {
  const fence = FENCE.exec(text);
  if (!fence) return paragraphs(text, names);
  return fragment(
    paragraphs(text.slice(0, fence.index).replace(/\n$/, ""), names),
    el("pre", {}, el("code", {}, unescaped(fence[1]))),
    renderMrkdwn(text.slice(fence.index + fence[0].length).replace(/^\n/, ""), names),
  );
}

/** The text alone, for screen readers. */
export const spoken = (text, names) => renderMrkdwn(text, names).textContent;

function paragraphs(text, names) {
  if (!text) return fragment();
  const [before, after] = text.split(/^(?:&gt;|>){3} ?/m, 2);
  if (after !== undefined) {
    return fragment(paragraphs(before.replace(/\n$/, ""), names), el("blockquote", {}, paragraphs(after, names)));
  }
  return fragment(runs(text.split("\n")).map((run) => run.render(names)));
}

/** Lines of one kind that follow each other: a quote, list items, or plain text. */
function runs(all) {
  const found = [];
  for (const line of all) {
    const kind = /^(&gt;|>)/.test(line) ? quote : LIST_ITEM.test(line) ? items : plain;
    if (found.at(-1)?.kind === kind) found.at(-1).lines.push(line);
    else
      found.push({
        kind,
        lines: [line],
        render(names) {
          return kind(this.lines, names);
        },
      });
  }
  return found;
}

const quote = (all, names) =>
  el(
    "blockquote",
    {},
    lines(all.map((line) => line.replace(/^(&gt;|>) ?/, "")).join("\n"), (line) => inline(line, names)),
  );

/** Shows list markers as typed, as Slack does, with a hanging indent. */
const items = (all, names) =>
  all.map((line) => {
    const [, indent, marker, rest] = LIST_ITEM.exec(line);
    const depth = Math.min(3, Math.floor(indent.length / 2));
    return el(
      "span",
      { class: `hung hung-${depth}` },
      el("span", { class: "marker" }, marker, " "),
      inline(rest, names),
    );
  });

/** Turns an empty line between two paragraphs into a gap. */
const plain = (all, names) =>
  fragment(
    all
      .join("\n")
      .split(/\n[ \t]*\n/)
      .map((part, index) => [
        index > 0 && el("span", { class: "gap", "aria-hidden": "true" }),
        lines(part, (line) => inline(line, names)),
      ]),
  );

function lines(text, render) {
  return fragment(text.split("\n").map((line, index) => [index > 0 && el("br"), render(line)]));
}

/** Parses one line: first code, links, and mentions, then the styles around them. */
export function inline(text, names) {
  const atoms = [];
  const marked = text.replace(ATOM, (whole, code, angled, url) => {
    const node = atoms.length < ATOMS_MAX && atom(whole, { code, angled, url }, names);
    return node ? String.fromCharCode(ATOMS_AT + atoms.push(node) - 1) : whole;
  });
  return styled(marked, atoms);
}

function styled(text, atoms) {
  const match = STYLED.exec(text);
  if (!match) return withAtoms(text, atoms);
  const [whole, marker, inner] = match;
  return fragment(
    withAtoms(text.slice(0, match.index), atoms),
    el(STYLE_TAGS[marker], {}, styled(inner, atoms)),
    styled(text.slice(match.index + whole.length), atoms),
  );
}

function withAtoms(text, atoms) {
  return fragment(
    text.split(/([\ue000-\uf8ff])/).map((part) => {
      const node = part.length === 1 ? atoms[part.charCodeAt(0) - ATOMS_AT] : undefined;
      return node ?? withEmoji(unescaped(part));
    }),
  );
}

function atom(whole, { code, angled, url }, names) {
  if (code !== undefined) return el("code", {}, unescaped(code));
  if (url !== undefined) return link(unescaped(url), unescaped(url));
  const bar = angled.indexOf("|");
  const [target, label] = bar < 0 ? [angled, ""] : [angled.slice(0, bar), angled.slice(bar + 1)];
  if (target.startsWith("@")) return mention(`@${names.person(target.slice(1)) ?? (label || target.slice(1))}`);
  if (target.startsWith("#")) return mention(channelName(target.slice(1), names));
  if (target.startsWith("!")) return special(target.slice(1), label, names);
  const address = unescaped(target);
  return link(address, unescaped(label) || address.replace(/^mailto:/, "")) ?? null;
}

function special(target, label, names) {
  const [kind, ...rest] = target.split("^");
  if (kind === "date") return date(rest, label, names);
  return mention(kind === "subteam" ? label || "@group" : `@${label || kind}`);
}

function date([seconds, format, address], fallback, names) {
  const at = Number(seconds);
  if (!Number.isFinite(at) || !format) return document.createTextNode(unescaped(fallback));
  const words = fillDate(unescaped(format), at, names.zone);
  const time = el("time", { datetime: new Date(at * 1000).toISOString(), title: fullTime(at, names.zone) }, words);
  return address ? link(unescaped(address), time) : time;
}

export const mention = (words) => el("span", { class: "mention" }, words);

/** What stands for a channel: its name is only for those who can find it. */
export function channelName(id, names) {
  const name = names.channel(id);
  return name ? `#${name}` : "Private channel";
}

/** A link if a browser may open its address, or null, which leaves the text as typed. */
export function link(address, words) {
  if (!/^(https?:|mailto:|tel:)/i.test(address)) return null;
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
}
