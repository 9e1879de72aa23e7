/** Names and pictures of people and the app. */
import { el } from "./dom.js";

const COLORS = 8;

/** Resolves IDs in texts for a reader in `zone`. Unknown IDs give null. */
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

const colored = [];

/** A person's initials on their own color, which is the same everywhere. */
export function avatar(name, id) {
  if (!colored.includes(id)) colored.push(id);
  return el(
    "span",
    { class: `avatar color-${colored.indexOf(id) % COLORS}`, "aria-hidden": "true" },
    initials(name),
  );
}

/** The picture of the app. */
export const appAvatar = () => el("img", { class: "avatar", src: "/static/icon.svg", alt: "" });
