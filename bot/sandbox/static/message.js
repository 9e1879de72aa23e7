/** Renders one message: picture, header, content, files, reactions, and replies. */
import { renderBlocks } from "./blocks.js";
import { clock, fullTime } from "./dates.js";
import { el, nodes } from "./dom.js";
import { emoji } from "./emoji.js";
import { icon } from "./icons.js";
import { renderMrkdwn } from "./mrkdwn.js";
import { appAvatar, avatar } from "./people.js";

/** A row of the list. `joined` means that it shares the header of the message before it. */
export function renderMessage({ message, joined, channel, inThread }, session) {
  const node = el("li", {
    class: `message ${joined ? "joined" : ""} ${message.ephemeral ? "ephemeral" : ""}`,
    tabindex: "-1",
    "data-testid": `message-${message.ts}`,
  });
  const parts = [
    joined ? time(message, session) : face(message, session),
    el(
      "div",
      { class: "message-main" },
      message.ephemeral && el("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
      !joined && head(message, session),
      content(message, channel, node, session),
      files(message.files ?? []),
      reactions(message.reactions ?? [], session),
      !inThread && replies(message, session),
    ),
    !inThread && !message.ephemeral && toolbar(message, session),
  ];
  node.append(...nodes(parts));
  return node;
}

function time(message, { names }) {
  const at = Number(message.ts);
  const iso = new Date(at * 1000).toISOString();
  return el("time", { class: "time", datetime: iso, title: fullTime(at, names.zone) }, clock(at, names.zone));
}

function face(message, { workspace }) {
  const byApp = message.user === workspace.app.bot_user_id;
  return el("div", { class: "face" }, byApp ? appAvatar() : avatar(message.username, message.user));
}

function head(message, session) {
  const badge = message.bot && el("span", { class: "badge" }, "App");
  return el(
    "div",
    { class: "message-head" },
    el("b", { class: "sender" }, message.username),
    badge,
    time(message, session),
  );
}

/** Blocks if there are any, otherwise the text. */
function content(message, channel, node, session) {
  const edited = message.edited && el("span", { class: "edited" }, "(edited)");
  if (message.blocks?.length) {
    return el(
      "div",
      { class: "blocks" },
      renderBlocks(message.blocks, session.messageSurface(channel, message, node)),
      edited,
    );
  }
  if (!message.text) return null;
  return el("div", { class: "message-text prose" }, renderMrkdwn(message.text, session.names), edited && [" ", edited]);
}

const UNITS = ["bytes", "KB", "MB"];

function size(bytes) {
  const step = bytes < 1000 ? 0 : bytes < 1e6 ? 1 : 2;
  return `${(bytes / 1000 ** step).toFixed(step === 2 ? 1 : 0)} ${UNITS[step]}`;
}

function files(all) {
  if (all.length === 0) return null;
  return el(
    "ul",
    { class: "files" },
    all.map((file) =>
      el(
        "li",
        {},
        el(
          "a",
          { class: "tile file", href: file.url, download: file.name, "data-testid": `file-${file.id}` },
          icon("file"),
          el(
            "span",
            {},
            el("b", {}, file.name),
            el("small", {}, size(file.size), el("span", { class: "unseen" }, ", download")),
          ),
        ),
      ),
    ),
  );
}

/** Each reaction once, with its count and the people who added it. */
function reactions(all, { names }) {
  const people = Map.groupBy(all, (one) => one.name);
  if (people.size === 0) return null;
  return el(
    "ul",
    { class: "reactions" },
    [...people].map(([name, given]) =>
      el(
        "li",
        { title: `${given.map((one) => names.person(one.user) ?? one.user).join(", ")}: ${name}` },
        emoji(name),
        " ",
        String(given.length),
      ),
    ),
  );
}

function replies(message, session) {
  if (!message.reply_count) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return el(
    "button",
    {
      type: "button",
      class: "replies",
      "data-testid": `thread-${message.ts}`,
      on: { click: () => session.go({ thread: message.ts }) },
    },
    icon("reply"),
    words,
  );
}

function toolbar(message, session) {
  return el(
    "div",
    { class: "toolbar" },
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Reply in thread",
        title: "Reply in thread",
        "data-testid": `reply-${message.ts}`,
        on: { click: () => session.go({ thread: message.thread_ts || message.ts }) },
      },
      icon("reply"),
    ),
  );
}
