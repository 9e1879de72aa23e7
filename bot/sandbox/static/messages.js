/** The list of messages. It redraws only what changed, to keep scroll position, focus, and typed text. */
import { dayName, isoDay } from "./dates.js";
import { announce, el } from "./dom.js";
import { fillIn, valuesIn } from "./fields.js";
import { renderMessage } from "./message.js";
import { spoken } from "./mrkdwn.js";

const GROUP_SECONDS = 300; // messages of one sender within five minutes share a head
const NEAR_END = 120; // px from the end at which new messages scroll the list on

const seconds = (message) => Number(message.ts);
const follows = (message, before) =>
  before &&
  before.user === message.user &&
  before.bot === message.bot &&
  !before.ephemeral === !message.ephemeral &&
  seconds(message) - seconds(before) < GROUP_SECONDS;

/** A list in `root`, which scrolls in `scroller`. `session` knows names, surfaces and where to go. */
export class MessageList {
  #rows = new Map();
  #shown = null;
  #atEnd = true;
  #acted = null; // the message that changed under the person's own hand

  constructor(root, scroller, session) {
    this.root = root;
    this.scroller = scroller;
    this.session = session;
    this.#stayAtEnd();
  }

  /** Keeps the last message in view while the room around it grows and shrinks. */
  #stayAtEnd() {
    const { scroller } = this;
    const gone = new AbortController();
    scroller.addEventListener(
      "scroll",
      () => {
        this.#atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
      },
      { signal: gone.signal },
    );
    const watch = new ResizeObserver(() => {
      if (this.root.isConnected && this.#atEnd) this.#toEnd();
      if (this.root.isConnected) return;
      watch.disconnect();
      gone.abort();
    });
    watch.observe(scroller);
  }

  #toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Shows `messages` of `channel`, oldest first. */
  show(channel, messages, { inThread = false } = {}) {
    const atEnd = this.#atEnd;
    const first = this.#shown === null;
    const rows = this.#plan(channel, messages, inThread);
    this.#draw(rows);
    if (!first) this.#sayNew(messages);
    const mine = !first && messages.at(-1)?.user === this.session.place.user && !this.#shown.has(messages.at(-1).ts);
    this.#shown = new Set(messages.map((message) => message.ts));
    if (first || atEnd || mine) this.#toEnd();
    this.#showResult();
  }

  /** An answer puts its result at the top of the message: the top comes into view. */
  #showResult() {
    const above = this.#acted && this.#acted.getBoundingClientRect().top < this.scroller.getBoundingClientRect().top;
    if (above) this.#acted.scrollIntoView({ block: "start" });
    this.#acted = null;
  }

  #plan(channel, messages, inThread) {
    const zone = this.session.names.zone;
    const rows = [];
    messages.forEach((message, index) => {
      const before = messages[index - 1];
      const newDay = !before || isoDay(seconds(before), zone) !== isoDay(seconds(message), zone);
      if (newDay && !inThread)
        rows.push({ key: `day ${isoDay(seconds(message), zone)}`, day: dayName(seconds(message), zone) });
      const joined = !newDay && follows(message, before);
      rows.push({ key: message.ts + (message.ephemeral ? " only you" : ""), message, joined, channel, inThread });
    });
    return rows;
  }

  #draw(rows) {
    const keep = new Map();
    let last = null;
    for (const row of rows) {
      const look = JSON.stringify(row);
      const old = this.#rows.get(row.key);
      const node = old?.look === look ? old.node : this.#fresh(row, old?.node);
      if (last ? last.nextElementSibling !== node : this.root.firstElementChild !== node) {
        if (last) last.after(node);
        else this.root.prepend(node);
      }
      keep.set(row.key, { look, node });
      last = node;
    }
    for (const [key, { node }] of this.#rows) if (!keep.has(key)) node.remove();
    this.#rows = keep;
  }

  /** A new node for a row. What was typed and where the focus was moves over from the old one. */
  #fresh(row, old) {
    const node = row.day ? dayRow(row.day) : renderMessage(row, this.session);
    if (!old) return node;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    fillIn(node, valuesIn(old));
    old.replaceWith(node);
    if (focused) {
      this.#acted = node;
      const same =
        focused.dataset.testid && node.querySelector(`[data-testid="${CSS.escape(focused.dataset.testid)}"]`);
      (same || node).focus({ preventScroll: true });
    }
    return node;
  }

  #sayNew(messages) {
    const fresh = messages.filter((one) => !this.#shown.has(one.ts) && one.user !== this.session.place.user);
    const words = fresh.map((one) => `${one.username}: ${spoken(one.text ?? "", this.session.names)}`);
    if (words.length) announce(words.join(". "));
  }
}

const dayRow = (day) => el("li", { class: "day" }, el("span", {}, day));
