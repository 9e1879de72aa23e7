/** The composer for text, slash commands, and files. Enter sends; Shift+Enter starts a new line. */
import * as api from "./api.js";
import { Attachments } from "./attachments.js";
import { whileBusy } from "./buttons.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { fitting, Suggestions } from "./suggestions.js";

const TOLD_BY_SLACKBOT = ["operation_timeout", "no_app_connected"];
const COMMAND = /^\/(\S+)\s*([\s\S]*)$/;

/**
 * A composer for the conversation `channel` (an ID), or for a thread in it. `draft` is its unsent text;
 * `keepDraft(words)` is called for every change. `node` is the form.
 */
export class Composer {
  constructor({ session, channel, label, thread = null, draft = "", keepDraft = () => {} }) {
    this.session = session;
    this.channel = channel;
    this.thread = thread;
    this.keepDraft = keepDraft;
    const name = (stem) => (thread ? `thread-${stem}` : stem);
    this.input = this.#input(label, draft, name("composer"));
    this.suggestions = new Suggestions(this.input, (command) => this.#write(`${command} `));
    this.attachments = new Attachments(name("attach"), () => this.#changed());
    this.send = el(
      "button",
      { type: "submit", class: "send", "aria-label": "Send", title: "Send", "data-testid": name("send") },
      icon("send"),
    );
    this.node = this.#form();
    this.#changed();
  }

  focus() {
    this.input.focus();
  }

  #input(label, draft, testid) {
    const input = el("textarea", {
      class: "composer-input",
      rows: "1",
      placeholder: label,
      "aria-label": label,
      value: draft,
      "data-testid": testid,
    });
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => this.suggestions.offer([]));
    input.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) this.attachments.add([...event.clipboardData.files]);
    });
    return input;
  }

  #form() {
    const { row, picker, button } = this.attachments;
    const hint = el("span", { class: "composer-hint", "aria-hidden": "true" }, "Enter to send");
    const bar = el("div", { class: "composer-bar" }, button, picker, hint, this.send);
    const form = el("form", { class: "composer" }, this.suggestions.node, row, this.input, bar);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy(this.send, () => this.#deliver());
      this.focus();
    });
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      this.attachments.add([...event.dataTransfer.files]);
    });
    return form;
  }

  #onKey(event) {
    if (event.isComposing || this.suggestions.onKey(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.node.requestSubmit();
  }

  #typed() {
    this.suggestions.offer(this.thread ? [] : fitting(this.session.workspace.commands, this.input.value));
    this.#changed();
  }

  #changed() {
    this.keepDraft(this.input.value);
    this.node?.classList.toggle("ready", this.input.value.trim() !== "" || this.attachments.count > 0);
  }

  #write(words) {
    this.input.value = words;
    this.#changed();
    this.focus();
  }

  async #deliver() {
    const text = this.input.value.trim();
    if (!text && this.attachments.count === 0) return undefined;
    const files = this.attachments.take();
    this.suggestions.offer([]);
    this.#write("");
    this.session.notice(null);
    const answer = await this.#dispatch(text, files);
    return answer.ok ? undefined : this.#failed(answer, text, files);
  }

  /** What was typed comes back, unless it may have been taken, or something new stands there already. */
  #failed(answer, text, files) {
    const command = COMMAND.exec(text)?.[1];
    if (answer.error !== "operation_timeout" && !this.input.value && this.attachments.count === 0) {
      this.#write(text);
      this.attachments.add(files);
    }
    // Slackbot has already reported a failed command.
    if (!command || !TOLD_BY_SLACKBOT.includes(answer.error)) this.session.complain(answer, { command });
  }

  #dispatch(text, files) {
    const { user } = this.session.place;
    const [, name, rest] = COMMAND.exec(text) ?? [];
    if (files.length) return api.share(user, this.channel, text, files, this.thread);
    if (!name) return api.say(user, this.channel, text, this.thread);
    if (this.thread) return { ok: false, detail: `/${name} doesn't work in threads. Use it in the conversation.` };
    return api.command(user, this.channel, `/${name}`, rest);
  }
}
