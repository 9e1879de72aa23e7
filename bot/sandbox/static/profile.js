/** The dialog for a person's own status and time zone. */
import * as api from "./api.js";
import { clock, dayName, instantOf, isoDay } from "./dates.js";
import { el, freshId } from "./dom.js";
import { emoji } from "./emoji.js";

/** The statuses that Slack suggests, with their default durations. */
const STATUSES = [
  ["", "No status", ""],
  ["spiral_calendar_pad", "In a meeting", "hour"],
  ["bus", "Commuting", "hour"],
  ["face_with_thermometer", "Out sick", "today"],
  ["palm_tree", "Vacationing", "never"],
  ["house_with_garden", "Working remotely", "today"],
];

const DAY = 86400;

/** Until when: what Slack offers, as the Unix second at which each ends for a reader in `zone`; 0 is never. */
const UNTIL = {
  never: ["Don't clear", () => 0],
  hour: ["1 hour", (now) => now + 3600],
  today: ["Today", (now, zone) => endOfDay(now, zone)],
  week: ["This week", (now, zone) => endOfDay(now + daysToSunday(now, zone) * DAY, zone)],
};

const endOfDay = (seconds, zone) => instantOf(`${isoDay(seconds, zone)}T23:59`, zone);

function daysToSunday(seconds, zone) {
  return (7 - new Date(`${isoDay(seconds, zone)}T12:00Z`).getUTCDay()) % 7;
}

/** "🌴 Vacationing, until Sunday 6 December, 23:59". */
export function statusWords(person) {
  const { status_emoji: shown, status_text: text, status_expiration: ends, tz } = person;
  const until = ends ? `, until ${dayName(ends, tz)}, ${clock(ends, tz)}` : "";
  return `${emoji(shown.replaceAll(":", ""))} ${text}${until}`;
}

/** Asks for a status and a time zone, and saves them. The dialog shows any error. */
export function editProfile(session) {
  const { person } = session;
  const current = STATUSES.find(([name]) => `:${name}:` === person.status_emoji) ?? STATUSES[0];
  const status = choice("profile-status", STATUSES, current[0]);
  const lasting = Object.entries(UNTIL).map(([key, [words]]) => [key, words]);
  const until = choice("profile-until", lasting, current[2] || "never");
  status.addEventListener("change", () => {
    until.value = STATUSES.find(([name]) => name === status.value)[2] || "never";
  });
  const zones = freshId("zones");
  const zone = el("input", { class: "control", type: "text", list: zones, value: person.tz, "data-testid": "profile-tz" });
  const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  const save = async (event) => {
    event.preventDefault();
    const ends = status.value ? UNTIL[until.value][1](Math.floor(Date.now() / 1000), person.tz) : 0;
    const answer = await api.changeProfile(person.id, wanted(status.value, ends, zone.value.trim()));
    if (answer.ok) return dialog.close();
    trouble.textContent = answer.detail ?? `That didn't work (${answer.error}).`;
    trouble.hidden = false;
  };
  const heading = freshId("profile");
  const dialog = el(
    "dialog",
    { class: "dialog dialog-small", "aria-labelledby": heading, "data-testid": "profile" },
    el(
      "form",
      { on: { submit: save } },
      el("h2", { class: "dialog-title", id: heading }, `${person.real_name}'s profile`),
      el(
        "div",
        { class: "dialog-body fields" },
        el("label", {}, "Status", status),
        el("label", {}, "Clear it after", until),
        el("label", {}, "Time zone", zone),
        el("datalist", { id: zones }, Intl.supportedValuesOf("timeZone").map((name) => el("option", { value: name }))),
      ),
      trouble,
      el(
        "div",
        { class: "dialog-foot" },
        el("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Not now"),
        el("button", { class: "button button-primary", "data-testid": "profile-save" }, "Save"),
      ),
    ),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    document.querySelector("[data-testid='edit-profile']")?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function choice(testid, options, chosen) {
  const made = options.map(([value, words]) => el("option", { value, selected: value === chosen }, words));
  return el("select", { class: "control select", "data-testid": testid }, made);
}

function wanted(status, ends, tz) {
  const [, words] = STATUSES.find(([name]) => name === status);
  return { tz, status_emoji: status && `:${status}:`, status_text: status && words, status_expiration: ends };
}
