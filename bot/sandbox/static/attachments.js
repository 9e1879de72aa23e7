/** The composer's attached files, before the message is sent. */
import { el } from "./dom.js";
import { icon } from "./icons.js";

/** The row of attached files, and the button to add more. Calls `onChange()` when their number changes. */
export class Attachments {
  #files = [];

  constructor(testid, onChange) {
    this.onChange = onChange;
    this.row = el("ul", { class: "attachments", hidden: true });
    this.picker = el("input", {
      type: "file",
      multiple: true,
      class: "unseen",
      tabindex: "-1",
      "aria-hidden": "true",
      "data-testid": testid,
    });
    this.picker.addEventListener("change", () => {
      this.add([...this.picker.files]);
      this.picker.value = "";
    });
    this.button = el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Attach a file",
        title: "Attach a file",
        on: { click: () => this.picker.click() },
      },
      icon("attach"),
    );
  }

  get count() {
    return this.#files.length;
  }

  add(files) {
    this.#show([...this.#files, ...files]);
  }

  /** Returns the waiting files, and clears the list. */
  take() {
    const files = this.#files;
    this.#show([]);
    return files;
  }

  #show(files) {
    this.#files = files;
    this.row.hidden = files.length === 0;
    this.row.replaceChildren(...files.map((file) => this.#chip(file)));
    this.onChange();
  }

  #chip(file) {
    const remove = () => this.#show(this.#files.filter((one) => one !== file));
    return el(
      "li",
      { class: "attachment" },
      icon("file"),
      el("span", {}, file.name),
      el(
        "button",
        { type: "button", class: "icon-button", "aria-label": `Remove ${file.name}`, on: { click: remove } },
        icon("close"),
      ),
    );
  }
}
