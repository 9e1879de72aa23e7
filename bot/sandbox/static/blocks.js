/**
 * Renders Block Kit as DOM nodes. A `surface` describes where blocks are:
 * { kind, names, people, channels, act(block, element, answer), dispatches(block) }.
 */
import { chart, dataTable } from "./charts.js";
import { el, fragment, freshId } from "./dom.js";
import { image as picture, renderElement } from "./elements.js";
import { icon } from "./icons.js";
import { renderMarkdown } from "./markdown.js";
import { file, image, video } from "./media.js";
import { plainWords, prose, renderText } from "./mrkdwn.js";
import { renderRichText } from "./richtext.js";
import { card, carousel, plan, table, taskCard } from "./structures.js";

const elementsOf = (block, surface) => (block.elements ?? []).map((element) => renderElement(element, block, surface));

function section(block, surface) {
  const accessory = block.accessory && renderElement(block.accessory, block, surface, { label: spokenLabel(block) });
  const body = el(
    "div",
    { class: "section-body" },
    prose(block.text, surface, "section-text"),
    block.fields &&
      el(
        "div",
        { class: "fields" },
        block.fields.map((field) => prose(field, surface, "field")),
      ),
  );
  return el("div", { class: accessory ? "section section-with-accessory" : "section" }, body, accessory);
}

/** A label for the menu in a section: the section's text, shortened. */
function spokenLabel(block) {
  return block.text?.text.replace(/[*_~`]/g, "").slice(0, 120);
}

function header(block) {
  return el(
    `h${Math.min(6, (block.level ?? 1) + 2)}`,
    { class: `header header-${block.level ?? 1}` },
    plainWords(block.text),
  );
}

function context(block, surface) {
  const parts = block.elements.map((part) =>
    part.type === "image" ? picture(part) : el("span", { class: "prose" }, renderText(part, surface.names)),
  );
  return el("div", { class: "context" }, parts);
}

function actions(block, surface) {
  return el("div", { class: "actions" }, elementsOf(block, surface));
}

const GROUPS = new Set(["checkboxes", "radio_buttons"]);

/** A label, its element, a hint, and a place for the element's error. */
function input(block, surface) {
  const label = freshId("label");
  const hint = freshId("hint");
  const error = freshId("error");
  const element = renderElement(block.element, block, surface, { testid: `input-${block.block_id}` });
  const control = element.matches("[data-field]") ? element : (element.querySelector("[data-field]") ?? element);
  control.setAttribute("aria-labelledby", label);
  control.setAttribute("aria-describedby", [block.hint && hint, error].filter(Boolean).join(" "));
  if (!block.optional && control.matches("input, textarea, select")) control.setAttribute("aria-required", "true");
  const group = GROUPS.has(block.element.type) || control.tagName === "DETAILS";
  control.id ||= freshId("control");
  return el(
    "div",
    { class: "input", "data-block": block.block_id },
    el(
      group ? "div" : "label",
      { class: "label", id: label, for: group ? null : control.id },
      plainWords(block.label),
      block.optional && el("span", { class: "optional" }, " (optional)"),
    ),
    element,
    el("p", { class: "error", id: error, role: "alert", hidden: true }),
    block.hint && el("p", { class: "hint", id: hint }, plainWords(block.hint)),
  );
}

/** A titled group. A collapsible one uses the browser's `details` element. */
function container(block, surface) {
  const title = [
    block.icon && picture(block.icon),
    el(
      "span",
      { class: "container-titles" },
      el(
        "b",
        {},
        block.rich_text_title ? renderRichText(block.rich_text_title, surface.names) : plainWords(block.title),
      ),
      block.subtitle && el("small", {}, renderText(block.subtitle, surface.names)),
    ),
  ];
  const body = el("div", { class: "blocks" }, renderBlocks(block.child_blocks, surface));
  const name = `container container-${block.width ?? "standard"}`;
  if (!block.is_collapsible) {
    return el(
      "section",
      { class: `${name} ${block.has_header_divider ? "divided" : ""}` },
      el("div", { class: "container-head" }, title),
      body,
    );
  }
  return el(
    "details",
    { class: name, open: !block.default_collapsed },
    el("summary", { class: "container-head" }, title, icon("down")),
    body,
  );
}

const ALERT_ICONS = { success: "check", warning: "warning", error: "warning" };

function alert(block, surface) {
  const level = block.level ?? "default";
  return el(
    "div",
    { class: `alert alert-${level}`, role: "note" },
    icon(ALERT_ICONS[level] ?? "info"),
    prose(block.text, surface, "alert-text"),
  );
}

const BLOCKS = {
  section,
  header,
  divider: () => el("hr", { class: "divider" }),
  context,
  actions,
  input,
  image,
  video,
  markdown: (block) => el("div", { class: "prose markdown" }, renderMarkdown(block.text)),
  rich_text: (block, surface) => el("div", { class: "prose rich-text" }, renderRichText(block, surface.names)),
  table,
  data_table: dataTable,
  data_visualization: chart,
  card,
  carousel,
  container,
  alert,
  file,
  context_actions: (block, surface) => el("div", { class: "actions actions-quiet" }, elementsOf(block, surface)),
  task_card: taskCard,
  plan,
};

/** All blocks in order, each in its own box. Unknown types show their name. */
export function renderBlocks(blocks, surface) {
  return fragment(
    blocks.map((block) => {
      const render = BLOCKS[block.type];
      const inside = render
        ? render(block, surface)
        : el("p", { class: "aside" }, `This block (${block.type}) can't be shown here.`);
      return el("div", { class: `block block-${block.type}`, "data-block-id": block.block_id }, inside);
    }),
  );
}
