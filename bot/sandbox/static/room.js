/** The header of the main column: what is open, its members, and the app's tabs. */
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { appAvatar, avatar } from "./people.js";

const FACES_SHOWN = 3;

/** Draws the header. `channel` is null while the App Home is open. */
export function drawHead(root, session, channel, unreadElsewhere) {
  const menu = el(
    "button",
    {
      type: "button",
      class: `icon-button drawer-open ${unreadElsewhere ? "has-unread" : ""}`,
      "aria-label": unreadElsewhere ? "Open menu, unread messages elsewhere" : "Open menu",
      "data-testid": "menu",
      on: { click: session.openDrawer },
    },
    icon("menu"),
  );
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  const inApp = session.place.channel === "home" || channel?.kind === "dm";
  root.replaceChildren(menu, ...(inApp ? appHead(session) : channelHead(session, channel)));
  if (focused) root.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
}

function appHead({ workspace, place, go }) {
  const tab = (key, words) =>
    el(
      "button",
      {
        type: "button",
        class: "tab",
        "aria-current": place.channel === key ? "page" : null,
        "data-testid": `tab-${key}`,
        on: { click: () => go({ channel: key, thread: null }) },
      },
      words,
    );
  return [
    el(
      "div",
      { class: "room-title" },
      appAvatar(),
      el("h1", {}, workspace.app.bot_name),
      el("span", { class: "badge" }, "App"),
    ),
    el(
      "div",
      { class: "tabs", role: "group", "aria-label": `Parts of ${workspace.app.bot_name}` },
      tab("home", "Home"),
      tab("dm", "Messages"),
    ),
  ];
}

function channelHead({ workspace }, channel) {
  const known = workspace.channels.find((one) => one.id === channel?.id);
  const members = (known?.members ?? []).map((id) => workspace.people.find((one) => one.id === id)).filter(Boolean);
  const bot = known?.members.includes(workspace.app.bot_user_id);
  const count = members.length + (bot ? 1 : 0);
  return [
    el(
      "div",
      { class: "room-title" },
      icon(channel?.kind === "private" ? "lock" : "hash"),
      el("h1", {}, channel?.name ?? ""),
    ),
    el("p", { class: "topic" }, known?.topic ?? ""),
    el(
      "p",
      {
        class: "members",
        title: [...members.map((one) => one.real_name), ...(bot ? [workspace.app.bot_name] : [])].join(", "),
      },
      el(
        "span",
        { class: "stack" },
        members.slice(0, FACES_SHOWN).map((one) => avatar(one.real_name, one.id)),
      ),
      el("span", {}, String(count), el("span", { class: "unseen" }, " members")),
    ),
  ];
}

/** The text above the first message of a conversation. */
export function beginning(session, channel) {
  const { bot_name: bot } = session.workspace.app;
  if (channel.kind === "dm") {
    const hint = `Type / to see what ${bot} can do.`;
    return el(
      "div",
      { class: "beginning" },
      appAvatar(),
      el("h2", {}, bot),
      el("p", {}, `This is the beginning of your conversation with ${bot}. `, `Only you and ${bot} can see it. `, hint),
      el(
        "p",
        { class: "first-step", hidden: true, "data-testid": "first-step" },
        `Say hello to ${bot}: write “hello” below, and press Enter.`,
      ),
    );
  }
  return el(
    "div",
    { class: "beginning" },
    el("span", { class: "beginning-sign" }, icon(channel.kind === "private" ? "lock" : "hash")),
    el("h2", {}, channel.name),
    el("p", {}, "This is the beginning of the channel."),
  );
}
