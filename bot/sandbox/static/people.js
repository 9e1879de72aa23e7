/** Who is who: names for ids, and the pictures beside them. */
import { el } from "./dom.js";

const COLOURS = 8;

/** What ids stand for in texts, for a reader in `zone`. An id nobody knows gives null. */
export function makeNames(workspace, zone) {
  const people = new Map(workspace.people.map((one) => [one.id, one.real_name]));
  people.set(workspace.app.bot_user_id, workspace.app.bot_name);
  const channels = new Map(workspace.channels.map((one) => [one.id, one.name]));
  return { zone, person: (id) => people.get(id) ?? null, channel: (id) => channels.get(id) ?? null };
}

const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join("")
    .toUpperCase();

const coloured = [];

/** A person's initials on a colour of their own: the same one wherever they appear. */
export function avatar(name, id) {
  if (!coloured.includes(id)) coloured.push(id);
  return el(
    "span",
    { class: `avatar colour-${coloured.indexOf(id) % COLOURS}`, "aria-hidden": "true" },
    initials(name),
  );
}

/** The picture of the app. */
export const appAvatar = () => el("img", { class: "avatar", src: "/static/icon.svg", alt: "" });
