/** Elements that act when pressed: buttons, feedback, icon buttons, and overflow menus. */
import { confirmed } from "./confirm.js";
import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { plainWords } from "./mrkdwn.js";

/**
 * Runs `task` while `node` looks busy. The node isn't disabled, because that would lose the focus.
 * A second press in the meantime does nothing.
 */
export async function whileBusy(node, task) {
  if (node.getAttribute("aria-disabled") === "true") return;
  node.setAttribute("aria-disabled", "true");
  const slow = setTimeout(() => node.classList.add("busy"), 150);
  try {
    await task();
  } finally {
    clearTimeout(slow);
    node.classList.remove("busy");
    node.removeAttribute("aria-disabled");
  }
}

/** Asks for confirmation if the element has a dialog, then acts with `answer`. */
export async function press(node, block, element, surface, answer = {}) {
  if (await confirmed(element.confirm, surface.names)) {
    await whileBusy(node, () => surface.act(block, element, answer));
  }
}

const STYLES = { primary: "button-primary", danger: "button-danger" };

export function button(element, block, surface) {
  const node = el(
    "button",
    {
      type: "button",
      class: `button ${STYLES[element.style] ?? ""}`,
      "aria-label": element.accessibility_label,
      title: element.accessibility_label,
      "data-testid": `action-${element.action_id}`,
    },
    plainWords(element.text),
  );
  node.addEventListener("click", () => {
    if (element.url && /^https?:/i.test(element.url)) window.open(element.url, "_blank", "noopener,noreferrer");
    press(node, block, element, surface);
  });
  return node;
}

export function iconButton(element, block, surface) {
  const node = button(
    { ...element, accessibility_label: element.accessibility_label ?? plainWords(element.text) },
    block,
    surface,
  );
  node.classList.add("button-icon");
  node.replaceChildren(icon(element.icon === "trash" ? "close" : "circle"));
  return node;
}

export function feedbackButtons(element, block, surface) {
  const one = (part, picture) => {
    const label = part.accessibility_label ?? plainWords(part.text);
    const node = el(
      "button",
      {
        type: "button",
        class: "button button-icon",
        "aria-label": label,
        title: label,
        "data-testid": `action-${element.action_id}-${part.value}`,
      },
      icon(picture),
    );
    node.addEventListener("click", () => press(node, block, element, surface, { value: part.value }));
    return node;
  };
  return el(
    "span",
    { class: "feedback", role: "group", "aria-label": "Was this helpful?" },
    one(element.positive_button, "thumbsup"),
    one(element.negative_button, "thumbsdown"),
  );
}

/** The "more" menu: a button and a list that opens under it. Arrow keys move, Esc closes. */
export function overflow(element, block, surface) {
  const menu = freshId("overflow");
  const toggle = el(
    "button",
    {
      type: "button",
      class: "button button-icon",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-controls": menu,
      "data-testid": `action-${element.action_id}`,
    },
    icon("more"),
  );
  const choices = element.options.map((option) =>
    el(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        class: "menu-item",
        on: { click: () => choose(option) },
      },
      el("span", {}, plainWords(option.text)),
      option.description && el("small", {}, plainWords(option.description)),
    ),
  );
  const list = el("div", { class: "menu", role: "menu", id: menu, hidden: true }, choices);
  const holder = el("span", { class: "overflow" }, toggle, list);

  function show(open) {
    list.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (open) choices[0]?.focus();
  }
  function choose(option) {
    show(false);
    toggle.focus();
    if (option.url && /^https?:/i.test(option.url)) window.open(option.url, "_blank", "noopener,noreferrer");
    press(toggle, block, element, surface, { selected: option.value ?? "" });
  }
  toggle.addEventListener("click", () => show(list.hidden));
  holder.addEventListener("focusout", (event) => {
    if (!holder.contains(event.relatedTarget)) show(false);
  });
  holder.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
      toggle.focus();
    } else if (step) {
      event.preventDefault();
      if (list.hidden) return show(true);
      choices.at((choices.indexOf(document.activeElement) + step) % choices.length).focus();
    }
  });
  return holder;
}
