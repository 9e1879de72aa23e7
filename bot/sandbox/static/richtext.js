/** Renders rich text blocks, the tree that Slack's own composer writes. */
import { fillDate } from "./dates.js";
import { el, fragment } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelName, link, mention } from "./mrkdwn.js";

const STYLE_TAGS = { bold: "b", italic: "i", strike: "s", underline: "u", highlight: "mark", client_highlight: "mark" };

const INLINE = {
  text: (part) => part.text,
  link: (part) => link(part.url, part.text || part.url) ?? part.text ?? part.url,
  emoji: (part) => emoji(part.name),
  user: (part, names) => mention(`@${names.person(part.user_id) ?? part.user_id}`),
  channel: (part, names) => mention(channelName(part.channel_id, names)),
  usergroup: () => mention("@group"),
  team: (part) => mention(`@${part.team_id}`),
  broadcast: (part) => mention(`@${part.range}`),
  color: (part) => el("code", {}, part.value),
  date: (part, names) => fillDate(part.format, part.timestamp, names.zone),
};

const PARTS = {
  rich_text_section: (part, names) => el("p", { class: "rich-line" }, line(part, names)),
  rich_text_quote: (part, names) => el("blockquote", {}, line(part, names)),
  rich_text_preformatted: (part, names) => el("pre", {}, el("code", {}, line(part, names))),
};

/** A rich text block. Adjacent lists with different indents become one nested list. */
export function renderRichText(block, names) {
  const parts = block.elements ?? [];
  const rendered = [];
  for (let at = 0; at < parts.length; at += 1) {
    if (parts[at].type === "rich_text_list") {
      const from = at;
      while (parts[at + 1]?.type === "rich_text_list") at += 1;
      rendered.push(lists(parts.slice(from, at + 1), names));
    } else {
      rendered.push(PARTS[parts[at].type]?.(parts[at], names));
    }
  }
  return fragment(rendered);
}

function line(part, names) {
  return (part.elements ?? []).map((piece) => {
    const words = INLINE[piece.type]?.(piece, names) ?? "";
    const code = piece.style?.code ? el("code", {}, words) : words;
    const styles = Object.keys(STYLE_TAGS).filter((style) => piece.style?.[style]);
    return styles.reduce((inner, style) => el(STYLE_TAGS[style], {}, inner), code);
  });
}

function lists(parts, names) {
  const holder = fragment();
  const open = [];
  for (const part of parts) {
    const depth = part.indent ?? 0;
    while (open.length && open.at(-1).depth > depth) open.pop();
    const same = open.at(-1)?.depth === depth && open.at(-1).style === part.style;
    if (!same && open.at(-1)?.depth === depth) open.pop();
    if (!same) {
      const list = el(part.style === "ordered" ? "ol" : "ul", { start: part.offset ? part.offset + 1 : null });
      (open.at(-1)?.list.lastElementChild ?? open.at(-1)?.list ?? holder).append(list);
      open.push({ depth, style: part.style, list });
    }
    open.at(-1).list.append(...part.elements.map((item) => el("li", {}, line(item, names))));
  }
  return holder;
}
