/**
 * Where the page is, kept in its address so that a reload and a link stay:
 * ?user=U0AMARA&channel=dm|home|C0WARD&thread=1764.0001&theme=dark|light
 */

const NAMES = ["user", "channel", "thread", "theme"];

/** The place that the address names; parts that are absent are null. */
export function readPlace() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name) || null]));
}

/** Puts a place into the address. `replace` leaves no step for the Back button. */
export function writePlace(place, { replace = false } = {}) {
  const query = new URLSearchParams();
  NAMES.filter((name) => place[name]).forEach((name) => query.set(name, place[name]));
  const address = `${location.pathname}?${query}`;
  if (`${location.pathname}${location.search}` === address) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
}

const THEMES = [null, "light", "dark"];

/** The theme after this one: as the system has it, light, dark, and round again. */
export const nextTheme = (theme) => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];

/** Shows a theme; null leaves it to the system. */
export function wearTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
