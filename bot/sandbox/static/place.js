/**
 * Stores what the page shows in its address, so reloads and links keep it:
 * ?user=U0AMARA&channel=dm|home|C0WARD&thread=1764.0001&theme=dark|light
 */

const NAMES = ["user", "channel", "thread", "theme"];

/** Reads the state from the address. Missing parts are null. */
export function readPlace() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name) || null]));
}

/** Writes the state to the address. `replace` adds no step for the Back button. */
export function writePlace(place, { replace = false } = {}) {
  const query = new URLSearchParams();
  NAMES.filter((name) => place[name]).forEach((name) => query.set(name, place[name]));
  const address = `${location.pathname}?${query}`;
  if (`${location.pathname}${location.search}` === address) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
}

const THEMES = [null, "light", "dark"];

/** The next theme: the system's, light, dark, and then the system's again. */
export const nextTheme = (theme) => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];

/** Applies a theme; null means the system's. */
export function wearTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
