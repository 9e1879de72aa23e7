/** The thread pane: one message, its replies, and a composer. */
import * as api from "./api.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";

/** The thread pane in `root`. */
export class Thread {
  #open = null; // "channel ts" of what is shown
  #list = null;

  constructor(root, session) {
    this.root = root;
    this.session = session;
  }

  /** Shows the thread that the place names, or puts the pane away. */
  async show(channel) {
    const { thread } = this.session.place;
    const key = thread && channel ? `${this.session.place.user} ${channel.id} ${thread}` : null;
    if (key !== this.#open) this.#redraw(key, channel, thread);
    if (key) await this.refresh(channel);
  }

  /** Looks again at the replies. */
  async refresh(channel) {
    const { user, thread } = this.session.place;
    const messages = thread && (await api.messages(user, channel.id, thread));
    if (messages && thread === this.session.place.thread) this.#list?.show(channel, messages, { inThread: true });
  }

  #redraw(key, channel, thread) {
    const leaving = this.#open !== null && key === null && this.root.contains(document.activeElement);
    this.#open = key;
    this.root.hidden = key === null;
    document.getElementById("frame").classList.toggle("with-thread", key !== null);
    if (leaving) document.querySelector("[data-testid=composer]")?.focus();
    if (!key) return this.root.replaceChildren();
    const list = el("ol", { class: "messages" });
    const body = el("div", { class: "thread-body" }, list);
    const composer = new Composer({ session: this.session, channel: channel.id, label: "Reply", thread });
    const close = () => this.session.go({ thread: null });
    this.root.replaceChildren(
      el(
        "header",
        { class: "thread-head" },
        el("h2", {}, "Thread"),
        el("span", { class: "aside" }, channel.name ?? this.session.workspace.app.bot_name),
        el(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": "Close thread",
            "data-testid": "thread-close",
            on: { click: close },
          },
          icon("close"),
        ),
      ),
      body,
      composer.node,
    );
    this.root.onkeydown = (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) close();
    };
    this.#list = new MessageList(list, body, this.session);
    return composer.focus();
  }
}
