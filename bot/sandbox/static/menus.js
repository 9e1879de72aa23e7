/** Select menus: the browser's own select for one choice, and a list of checkboxes for several. */
import { press } from "./buttons.js";
import { el } from "./dom.js";
import { asField } from "./fields.js";
import { plainWords } from "./mrkdwn.js";

/** Options from every source, as groups of { value, words }. A group may have no label. */
const SOURCES = {
  static: (element) =>
    (element.option_groups ?? [{ options: element.options ?? [] }]).map((group) => ({
      label: group.label && plainWords(group.label),
      options: group.options.map((option) => ({ value: option.value, words: plainWords(option.text) })),
    })),
  external: (element) => [
    {
      options: [element.initial_option ?? element.initial_options ?? []]
        .flat()
        .map((option) => ({ value: option.value, words: plainWords(option.text) })),
    },
  ],
  users: (_, surface) => [{ options: surface.people.map((one) => ({ value: one.id, words: one.real_name })) }],
  channels: (_, surface) => [
    {
      options: surface.channels
        .filter((one) => !one.is_private)
        .map((one) => ({ value: one.id, words: `#${one.name}` })),
    },
  ],
  conversations: (element, surface) => {
    const shows = (kind) => element.filter?.include?.includes(kind) ?? true;
    const channels = surface.channels.filter((one) => shows(one.is_private ? "private" : "public"));
    const people = shows("im") ? surface.people : [];
    return [
      { label: "Channels", options: channels.map((one) => ({ value: one.id, words: `#${one.name}` })) },
      { label: "People", options: people.map((one) => ({ value: one.id, words: one.real_name })) },
    ].filter((group) => group.options.length > 0);
  },
};

const FIRST = ["initial_option", "initial_user", "initial_conversation", "initial_channel"];
const FIRST_MANY = ["initial_options", "initial_users", "initial_conversations", "initial_channels"];
const valueOf = (initial) => (typeof initial === "object" ? initial.value : initial);

const sourceOf = (element) => /^(?:multi_)?(\w+)_select$/.exec(element.type)[1];

/** Any `…_select` for one choice. */
export function select(element, block, surface, { label, testid }) {
  const first = FIRST.map((name) => element[name]).find(Boolean);
  const node = el(
    "select",
    { class: "control select", "aria-label": label ?? plainWords(element.placeholder), "data-testid": testid },
    el("option", { value: "", hidden: block.type !== "input" }, plainWords(element.placeholder) || "Choose an option"),
    SOURCES[sourceOf(element)](element, surface).map((group) =>
      grouped(group, "optgroup", ({ value, words }) =>
        el("option", { value, selected: value === (first && valueOf(first)) }, words),
      ),
    ),
  );
  node.classList.toggle("empty", node.value === "");
  node.addEventListener("change", () => {
    node.classList.toggle("empty", node.value === "");
    if (surface.dispatches(block)) press(node, block, element, surface, { selected: node.value });
  });
  return asField(
    node,
    block,
    element,
    () => node.value || null,
    (value) => {
      node.value = value ?? "";
      node.classList.toggle("empty", node.value === "");
    },
  );
}

/** Any `multi_…_select`: a line with the chosen options over a list of checkboxes. */
export function multiSelect(element, block, surface, { label, testid }) {
  const chosen = new Set(FIRST_MANY.flatMap((name) => element[name] ?? []).map(valueOf));
  const boxes = [];
  const list = SOURCES[sourceOf(element)](element, surface).map((group) =>
    grouped(group, "fieldset", ({ value, words }) => {
      const box = el("input", { type: "checkbox", value, checked: chosen.has(value), "data-words": words });
      boxes.push(box);
      return el("label", { class: "choice" }, box, el("span", {}, words));
    }),
  );
  const summary = el("summary", { class: "control select" });
  const node = el(
    "details",
    { class: "multi", "data-testid": testid },
    summary,
    el("div", { class: "menu multi-list" }, list),
  );
  const read = () => boxes.filter((box) => box.checked).map((box) => box.value);
  let sent = read().join();

  function describe() {
    const words = boxes.filter((box) => box.checked).map((box) => box.dataset.words);
    const most = element.max_selected_items ?? Infinity;
    boxes.forEach((box) => {
      box.disabled = !box.checked && words.length >= most;
    });
    const shown = words.length
      ? words.map((one) => el("span", { class: "chip" }, one))
      : plainWords(element.placeholder) || "Choose options";
    summary.replaceChildren(...[shown].flat());
    summary.classList.toggle("empty", words.length === 0);
    summary.setAttribute(
      "aria-label",
      `${label ?? plainWords(element.placeholder)}: ${words.join(", ") || "nothing chosen"}`,
    );
  }
  node.addEventListener("change", describe);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !node.open) return;
    event.preventDefault();
    event.stopPropagation();
    node.open = false;
    summary.focus();
  });
  node.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !node.contains(event.relatedTarget)) node.open = false;
  });
  node.addEventListener("toggle", () => {
    if (node.open || read().join() === sent || !surface.dispatches(block)) return;
    sent = read().join();
    press(summary, block, element, surface, { selected: read() });
  });
  describe();
  return asField(node, block, element, read, (values) => {
    boxes.forEach((box) => {
      box.checked = (values ?? []).includes(box.value);
    });
    describe();
  });
}

function grouped(group, tag, render) {
  const options = group.options.map(render);
  if (!group.label) return options;
  return tag === "optgroup"
    ? el("optgroup", { label: group.label }, options)
    : el("fieldset", {}, el("legend", {}, group.label), options);
}
