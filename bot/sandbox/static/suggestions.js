/** Suggests slash commands while somebody types one. Arrow keys move, Tab or Enter chooses, Esc closes. */
import { el, freshId } from "./dom.js";

/** Commands that match the typed text: first those that start with it, then those that mention it. */
export function fitting(commands, typed) {
  if (!/^\/\S*$/.test(typed)) return [];
  const word = typed.slice(1).toLowerCase();
  const begins = commands.filter((one) => one.command.slice(1).startsWith(word));
  const says = commands.filter((one) => !begins.includes(one) && word && one.description.toLowerCase().includes(word));
  return [...begins, ...says];
}

/** The list over `input`, which it turns into a combobox. Calls `onTaken(command)` for the chosen one. */
export class Suggestions {
  #offered = [];
  #marked = 0;

  constructor(input, onTaken) {
    this.input = input;
    this.onTaken = onTaken;
    this.id = freshId("commands");
    this.node = el("div", {
      class: "menu suggestions",
      role: "listbox",
      id: this.id,
      "aria-label": "Commands",
      hidden: true,
    });
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.id);
    this.offer([]);
  }

  /** Shows these commands, the first one marked; none closes the list. */
  offer(commands) {
    this.#offered = commands;
    this.node.hidden = commands.length === 0;
    this.input.setAttribute("aria-expanded", String(commands.length > 0));
    this.node.replaceChildren(...commands.map((one, index) => this.#row(one, index)));
    this.#mark(0);
  }

  /** True when the key was for the list. */
  onKey(event) {
    if (this.#offered.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const marked = this.#offered[this.#marked];
    if (step) this.#mark((this.#marked + step + this.#offered.length) % this.#offered.length);
    else if (event.key === "Escape") this.offer([]);
    else if (event.key === "Tab" || (event.key === "Enter" && this.input.value !== marked.command)) this.#take(marked);
    else return false;
    event.preventDefault();
    return true;
  }

  #take(command) {
    this.offer([]);
    this.onTaken(command.command);
  }

  #mark(index) {
    this.#marked = index;
    [...this.node.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    const row = this.node.children[index];
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #row(command, index) {
    const row = el(
      "div",
      {
        class: "menu-item suggestion",
        role: "option",
        id: `${this.id}-${index}`,
        "data-testid": `suggest-${command.command}`,
      },
      el("span", {}, el("b", {}, command.command), el("span", { class: "usage" }, ` ${command.usage_hint ?? ""}`)),
      el("small", {}, command.description),
    );
    // Use mousedown: before a click arrives, the input loses the focus and the list closes.
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#take(command);
    });
    return row;
  }
}
