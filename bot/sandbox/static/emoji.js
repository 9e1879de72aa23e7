/** The short names of emoji that work messages are likely to use. Others stay as typed, like `:this:`. */

const EMOJI = {
  wave: "👋", tada: "🎉", sparkles: "✨", seedling: "🌱", herb: "🌿", sunny: "☀️", sunrise: "🌅",
  crescent_moon: "🌙", fire: "🔥", snowflake: "❄️", ice_cube: "🧊", star: "⭐", star2: "🌟",
  trophy: "🏆", medal: "🏅", dart: "🎯", bulb: "💡", books: "📚", book: "📖", bookmark: "🔖", pencil: "📝",
  memo: "📝", pencil2: "✏️", notebook: "📓", clipboard: "📋", calendar: "📅",
  spiral_calendar_pad: "🗓️", clock9: "🕘", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  alarm_clock: "⏰", bell: "🔔", no_bell: "🔕", gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️",
  lock: "🔒", closed_lock_with_key: "🔐", key: "🔑", eyes: "👀", speech_balloon: "💬",
  thought_balloon: "💭", mega: "📣", inbox_tray: "📥", outbox_tray: "📤", package: "📦", paperclip: "📎",
  link: "🔗", mag: "🔍", chart_with_upwards_trend: "📈", bar_chart: "📊", hospital: "🏥",
  stethoscope: "🩺", pill: "💊", coffee: "☕", palm_tree: "🌴", house: "🏠", house_with_garden: "🏡", bus: "🚌",
  face_with_thermometer: "🤒", rocket: "🚀", repeat: "🔁",
  arrow_right: "➡️", arrow_left: "⬅️", white_check_mark: "✅", heavy_check_mark: "✔️",
  ballot_box_with_check: "☑️", x: "❌", warning: "⚠️", information_source: "ℹ️", question: "❓",
  exclamation: "❗", "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", clap: "👏",
  raised_hands: "🙌", pray: "🙏", muscle: "💪", handshake: "🤝", point_right: "👉", smile: "😄",
  slightly_smiling_face: "🙂", blush: "😊", thinking_face: "🤔", relieved: "😌", heart: "❤️",
  green_heart: "💚", blue_heart: "💙", large_green_circle: "🟢", large_yellow_circle: "🟡",
  red_circle: "🔴", white_circle: "⚪", double_vertical_bar: "⏸️", arrow_forward: "▶️",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", wastebasket: "🗑️",
};

/** Replaces short names with emoji. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}

/** The emoji of a short name, or the name between colons. */
export const emoji = (name) => EMOJI[name] ?? `:${name}:`;
