/** The sidebar: the workspace, the current person, and their channels. */
import { placeAndTime } from "./dates.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { appAvatar, avatar } from "./people.js";
import { editProfile, statusWords } from "./profile.js";

const THEME_LOOKS = { light: ["sun", "Light"], dark: ["moon", "Dark"] };

/** Redraws the sidebar. `channels` are the person's own, with unread counts. */
export function drawSidebar(root, session, channels) {
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  root.replaceChildren(head(session), you(session), places(session, channels), foot(session));
  if (focused) root.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
}

function head({ workspace, closeDrawer }) {
  return el(
    "div",
    { class: "sidebar-head" },
    el(
      "div",
      {},
      el("b", { class: "team" }, workspace.team.name),
      el("span", { class: "team-note" }, "A local sandbox. Nothing leaves this computer."),
    ),
    el(
      "button",
      { type: "button", class: "icon-button drawer-close", "aria-label": "Close menu", on: { click: closeDrawer } },
      icon("close"),
    ),
  );
}

function you(session) {
  const { workspace, place, person, go } = session;
  const faces = workspace.people
    .filter((one) => !one.deleted)
    .map((one) =>
      el(
        "button",
        {
          type: "button",
          class: "face-button",
          "aria-pressed": String(one.id === place.user),
          "aria-label": `${one.real_name}, ${one.title}`,
          title: `${one.real_name}, ${one.title}`,
          "data-testid": `person-${one.id}`,
          on: { click: () => go({ user: one.id, thread: null, channel: place.channel === "home" ? "home" : "dm" }) },
        },
        avatar(one.real_name, one.id),
      ),
    );
  const roles = person.is_owner ? " · Owner" : person.is_admin ? " · Admin" : "";
  return el(
    "section",
    { class: "you", "aria-label": "You are" },
    el("h2", {}, "You are"),
    el("div", { class: "faces" }, faces),
    el(
      "p",
      { class: "you-now", "data-testid": "you" },
      el("b", {}, person.real_name),
      el("span", {}, `${person.title}${roles}`),
      el("span", {}, placeAndTime(person.tz)),
      person.status_emoji && el("span", { "data-testid": "status" }, statusWords(person)),
      el(
        "button",
        {
          type: "button",
          class: "profile-button",
          "data-testid": "edit-profile",
          on: { click: () => editProfile(session) },
        },
        "Change status or time zone",
      ),
    ),
  );
}

function places({ workspace, place, go }, channels) {
  const dm = channels.find((one) => one.kind === "dm");
  const rooms = channels.filter((one) => one.kind !== "dm");
  const line = (key, testid, picture, name, unread = 0) =>
    el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: `place ${unread ? "unread" : ""}`,
          "aria-current": place.channel === key ? "page" : null,
          "data-testid": testid,
          on: { click: () => go({ channel: key, thread: null }) },
        },
        picture,
        el("span", { class: "place-name" }, name),
        unread > 0 && el("span", { class: "count-badge" }, String(unread), el("span", { class: "unseen" }, " unread")),
      ),
    );
  return el(
    "div",
    { class: "places" },
    el("h2", {}, "App"),
    el(
      "ul",
      {},
      line("home", "nav-home", icon("home"), "Home"),
      line("dm", "nav-dm", appAvatar(), workspace.app.bot_name, dm?.unread),
    ),
    el("h2", {}, "Channels"),
    el(
      "ul",
      {},
      rooms.map((one) =>
        line(one.id, `nav-${one.id}`, icon(one.kind === "private" ? "lock" : "hash"), one.name, one.unread),
      ),
    ),
  );
}

function foot({ place, changeTheme }) {
  const [picture, words] = THEME_LOOKS[place.theme] ?? ["auto", "As your system"];
  return el(
    "div",
    { class: "sidebar-foot" },
    el(
      "button",
      {
        type: "button",
        class: "theme-button",
        "aria-label": `Theme: ${words}. Change theme`,
        "data-testid": "theme",
        on: { click: changeTheme },
      },
      icon(picture),
      words,
    ),
  );
}
