/** Input elements: text, numbers, dates, times, checkboxes, radio buttons, and files. */
import { press } from "./buttons.js";
import { instantOf, wallTime } from "./dates.js";
import { el, freshId } from "./dom.js";
import { asField } from "./fields.js";
import { plainWords, renderText } from "./mrkdwn.js";

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "number" };
const TYPING_PAUSE = 400; // ms without a key before `on_character_entered` is sent

const textOf = (richText) =>
  (richText?.elements ?? [])
    .flatMap((part) => part.elements ?? [])
    .map((one) => one.text ?? "")
    .join("");
const asRichText = (words) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text: words }] }],
});

/** plain_text_input, rich_text_input, and email, URL, and number inputs. */
export function textInput(element, block, surface, { label, testid }) {
  const rich = element.type === "rich_text_input";
  const long = element.multiline || rich;
  const most = element.max_length;
  const node = el(long ? "textarea" : "input", {
    class: `control ${long ? "control-long" : ""}`,
    type: long ? null : (TYPES[element.type] ?? "text"),
    step: element.type === "number_input" ? (element.is_decimal_allowed ? "any" : "1") : null,
    rows: long ? "4" : null,
    min: element.min_value,
    max: element.max_value,
    maxlength: most,
    minlength: element.min_length,
    placeholder: plainWords(element.placeholder),
    autocomplete: "off",
    value: rich ? textOf(element.initial_value) : (element.initial_value ?? ""),
    "aria-label": label,
    "data-testid": testid,
  });
  const count = el("span", { class: "count", "aria-hidden": "true" });
  const counted = () => {
    count.textContent = most && node.value.length > most * 0.8 ? `${most - node.value.length} left` : "";
  };
  node.addEventListener("input", counted);
  counted();
  if (surface.dispatches(block)) dispatchTyping(node, element, block, surface);
  asField(
    node,
    block,
    element,
    () => (node.value && rich ? asRichText(node.value) : node.value || null),
    (value) => {
      node.value = rich ? textOf(value) : (value ?? "");
      counted();
    },
  );
  return most ? el("span", { class: "counted" }, node, count) : node;
}

function dispatchTyping(node, element, block, surface) {
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const send = () => press(node, block, element, surface, { selected: node.value, value: node.value });
  if (on.includes("on_enter_pressed")) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
  }
  if (on.includes("on_character_entered")) {
    let pause;
    node.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(send, TYPING_PAUSE);
    });
  }
}

const PICKERS = {
  datepicker: { type: "date", label: "Date", first: (element) => element.initial_date },
  timepicker: { type: "time", label: "Time", first: (element) => element.initial_time },
  datetimepicker: {
    type: "datetime-local",
    label: "Date and time",
    first: (element, zone) => element.initial_date_time && wallTime(element.initial_date_time, zone),
    toValue: (wall, zone) => instantOf(wall, zone),
    toWall: (value, zone) => wallTime(value, zone),
  },
};

/** datepicker, timepicker (its zone is named beside it), datetimepicker (in the person's own zone). */
export function picker(element, block, surface, { label, testid }) {
  const kind = PICKERS[element.type];
  const zone = surface.names.zone;
  const node = el("input", {
    class: "control control-picker",
    type: kind.type,
    value: kind.first(element, zone) ?? "",
    "aria-label": label ?? (plainWords(element.placeholder) || kind.label),
    "data-testid": testid,
  });
  const read = () => (node.value ? (kind.toValue?.(node.value, zone) ?? node.value) : null);
  node.addEventListener("change", () => {
    if (surface.dispatches(block) && node.value) press(node, block, element, surface, { selected: read() });
  });
  asField(node, block, element, read, (value) => {
    node.value = value === null ? "" : (kind.toWall?.(value, zone) ?? value);
  });
  if (!element.timezone) return node;
  return el("span", { class: "with-zone" }, node, el("small", {}, element.timezone.replaceAll("_", " ")));
}

/** checkboxes and radio_buttons. */
export function choices(element, block, surface, { label, testid }) {
  const many = element.type === "checkboxes";
  const first = [element.initial_options ?? element.initial_option ?? []].flat().map((option) => option.value);
  const name = freshId("choices");
  const boxes = [];
  const rows = element.options.map((option) => {
    const box = el("input", {
      type: many ? "checkbox" : "radio",
      name,
      value: option.value,
      checked: first.includes(option.value),
    });
    boxes.push(box);
    const about = option.description && el("small", {}, renderText(option.description, surface.names));
    return el("label", { class: "choice" }, box, el("span", {}, renderText(option.text, surface.names), about));
  });
  const node = el(
    "div",
    { class: "choices", role: many ? "group" : "radiogroup", "aria-label": label, "data-testid": testid },
    rows,
  );
  const read = () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    return many ? chosen : (chosen[0] ?? null);
  };
  node.addEventListener("change", () => {
    if (surface.dispatches(block)) press(node, block, element, surface, { selected: read() });
  });
  return asField(node, block, element, read, (value) => {
    boxes.forEach((box) => {
      box.checked = [value].flat().includes(box.value);
    });
  });
}

/** file_input: files upload as soon as they are chosen, and the form sends their IDs. */
export function fileInput(element, block, surface, { label, testid }) {
  let ids = [];
  const kept = el("span", { class: "aside", role: "status" });
  const keep = (now) => {
    ids = now;
    kept.textContent = ids.length ? `${ids.length} ${ids.length === 1 ? "file" : "files"} ready` : "";
  };
  const node = el("input", {
    class: "control control-file",
    type: "file",
    multiple: (element.max_files ?? 10) > 1,
    accept: element.filetypes?.map((type) => `.${type}`).join(),
    "aria-label": label,
    "data-testid": testid,
  });
  node.addEventListener("change", async () => {
    const answer = await surface.keepFiles([...node.files].slice(0, element.max_files ?? 10));
    if (!answer.ok) return surface.complain(answer);
    return keep(answer.file_ids);
  });
  // Browsers don't let a page restore files in a file control, so keep the IDs and show them in the line.
  asField(
    node,
    block,
    element,
    () => ids,
    (value) => keep(value ?? []),
  );
  return el("span", { class: "with-files" }, node, kept);
}
