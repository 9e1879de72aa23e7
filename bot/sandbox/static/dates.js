/** Formats dates and times for a person in an IANA time zone. Instants are in Unix seconds. */

const formats = new Map();

/** Cached: creating a formatter is slow, and every message uses one. */
function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return formats.get(key);
}

const DAY = { day: "numeric", month: "long" };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const clock = (seconds, zone) => format(zone, CLOCK).format(seconds * 1000);

/** The local date as 2026-11-23. */
export function isoDay(seconds, zone) {
  const parts = format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(seconds * 1000);
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** "Today", "Yesterday", or "Monday 23 November", with the year if it isn't the current one. */
export function dayName(seconds, zone, now = Date.now() / 1000) {
  const day = isoDay(seconds, zone);
  const near = { [isoDay(now, zone)]: "Today", [isoDay(now - 86400, zone)]: "Yesterday" };
  if (near[day]) return near[day];
  const year = day.slice(0, 4) === isoDay(now, zone).slice(0, 4) ? {} : { year: "numeric" };
  return format(zone, { weekday: "long", ...DAY, ...year }).format(seconds * 1000);
}

/** The whole instant, for a tooltip. */
export const fullTime = (seconds, zone) => `${token.date_long(seconds, zone)} at ${clock(seconds, zone)}`;

const pretty = (seconds, zone, otherwise) => {
  const near = dayName(seconds, zone);
  return near === "Today" || near === "Yesterday" ? near.toLowerCase() : otherwise(seconds, zone);
};

/** The tokens that Slack allows in the braces of `<!date^…>`. */
const token = {
  date_num: isoDay,
  date: (s, zone) => format(zone, { ...DAY, year: "numeric" }).format(s * 1000),
  date_slash: (s, zone) => format(zone, { day: "2-digit", month: "2-digit", year: "numeric" }).format(s * 1000),
  date_short: (s, zone) => format(zone, { day: "numeric", month: "short", year: "numeric" }).format(s * 1000),
  date_long: (s, zone) => format(zone, { weekday: "long", ...DAY, year: "numeric" }).format(s * 1000),
  date_pretty: (s, zone) => pretty(s, zone, token.date),
  date_short_pretty: (s, zone) => pretty(s, zone, token.date_short),
  date_long_pretty: (s, zone) => pretty(s, zone, token.date_long),
  time: clock,
  time_secs: (s, zone) => format(zone, { ...CLOCK, second: "2-digit" }).format(s * 1000),
  day_divider_pretty: (s, zone) => dayName(s, zone),
  ago: (s) => ago(s),
};

const STEPS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

function ago(seconds) {
  const away = seconds - Date.now() / 1000;
  const words = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
  const [unit, length] = STEPS.find(([, step]) => Math.abs(away) >= step) ?? ["second", 1];
  return words.format(Math.round(away / length), unit);
}

/** Fills the `{date}` and `{time}` tokens of a `<!date^…>` format; unknown ones stay as they are. */
export function fillDate(text, seconds, zone) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => token[name]?.(seconds, zone) ?? whole);
}

/** The value of a `datetime-local` input for an instant, in the zone. */
export const wallTime = (seconds, zone) => `${isoDay(seconds, zone)}T${clock(seconds, zone)}`;

/** The first instant at which local clocks show `wall`. A time that a clock change skips moves forward by the gap. */
export function instantOf(wall, zone) {
  const asUtc = (text) => Date.parse(`${text}Z`) / 1000;
  const wanted = asUtc(wall);
  const offsetAt = (seconds) => asUtc(wallTime(seconds, zone)) - seconds;
  // Near a clock change, two offsets are possible: that of the day before and that of the day after.
  const [early, late] = [wanted - 86400, wanted + 86400].map((day) => wanted - offsetAt(day));
  return [early, late].find((instant) => wallTime(instant, zone) === wall) ?? early;
}

/** "London, 14:05": where a person is and what their clock says. */
export function placeAndTime(zone, now = Date.now() / 1000) {
  return `${zone.split("/").at(-1).replaceAll("_", " ")}, ${clock(now, zone)}`;
}
