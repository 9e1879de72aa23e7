/** Structured blocks: tables, cards, and tasks. */
import { el } from "./dom.js";
import { image as picture, renderElement } from "./elements.js";
import { icon } from "./icons.js";
import { link, prose } from "./mrkdwn.js";
import { renderRichText } from "./richtext.js";

/** The first row names the columns. */
export function table(block, surface) {
  const settings = block.column_settings ?? [];
  const cell = (tag) => (content, column) =>
    el(
      tag,
      {
        scope: tag === "th" ? "col" : null,
        class: `align-${settings[column]?.align ?? "left"} ${settings[column]?.is_wrapped ? "wrapped" : ""}`,
      },
      content.type === "rich_text" ? renderRichText(content, surface.names) : content.text,
    );
  const [first = [], ...rest] = block.rows;
  return el(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, first.map(cell("th")))),
      el(
        "tbody",
        {},
        rest.map((row) => el("tr", {}, row.map(cell("td")))),
      ),
    ),
  );
}

/** A card; its buttons belong to the card itself. */
export function card(block, surface) {
  return el(
    "article",
    { class: "card" },
    block.hero_image && picture(block.hero_image),
    el(
      "div",
      { class: "card-head" },
      block.icon && picture(block.icon),
      el("div", {}, prose(block.title, surface, "card-title"), prose(block.subtitle, surface, "card-subtitle")),
    ),
    prose(block.body, surface, "card-body"),
    prose(block.subtext, surface, "card-subtext"),
    block.actions?.length > 0 &&
      el(
        "div",
        { class: "actions" },
        block.actions.map((one) => renderElement(one, block, surface)),
      ),
  );
}

/** Cards side by side. */
export function carousel(block, surface) {
  return el(
    "div",
    { class: "carousel", role: "group", "aria-label": "Cards", tabindex: "0" },
    block.elements.map((one) => card(one, surface)),
  );
}

const TASK_STATES = {
  pending: ["circle", "Waiting"],
  in_progress: ["clock", "Under way"],
  complete: ["check", "Done"],
  error: ["warning", "Failed"],
};

/** A task with its status as an icon and in words. */
export function taskCard(block, surface) {
  const [sign, words] = TASK_STATES[block.status ?? "pending"];
  return el(
    "div",
    { class: `task task-${block.status ?? "pending"}` },
    icon(sign),
    el(
      "div",
      {},
      el("b", {}, block.title, " "),
      el("span", { class: "aside" }, words),
      block.details && renderRichText(block.details, surface.names),
      block.output && renderRichText(block.output, surface.names),
      block.sources?.length > 0 &&
        el(
          "p",
          { class: "context" },
          block.sources.map((source) => link(source.url, source.text)),
        ),
    ),
  );
}

/** A titled list of tasks. */
export function plan(block, surface) {
  return el(
    "section",
    { class: "container divided" },
    el("div", { class: "container-head" }, el("b", {}, block.title)),
    (block.tasks ?? []).map((task) => taskCard(task, surface)),
  );
}
