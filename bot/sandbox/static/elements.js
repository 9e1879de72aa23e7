/** Renders each element. `surface` says where it is and handles its actions. */
import { button, feedbackButtons, iconButton, overflow } from "./buttons.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { choices, fileInput, picker, textInput } from "./inputs.js";
import { multiSelect, select } from "./menus.js";

/** The browser loads pictures only from the sandbox. Others show their alternative text and a link. */
export function image(element) {
  const address = element.image_url ?? element.slack_file?.url ?? "";
  const own = address.startsWith("data:image/") || address.startsWith("/") || address.startsWith(location.origin);
  if (own) return el("img", { class: "picture", src: address, alt: element.alt_text });
  return el(
    "span",
    { class: "picture picture-absent", role: "img", "aria-label": element.alt_text, title: element.alt_text },
    icon("image"),
  );
}

export const ELEMENTS = {
  button,
  workflow_button: button,
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
  overflow,
  static_select: select,
  external_select: select,
  users_select: select,
  conversations_select: select,
  channels_select: select,
  multi_static_select: multiSelect,
  multi_external_select: multiSelect,
  multi_users_select: multiSelect,
  multi_conversations_select: multiSelect,
  multi_channels_select: multiSelect,
  checkboxes: choices,
  radio_buttons: choices,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: picker,
  plain_text_input: textInput,
  rich_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  file_input: fileInput,
  image,
};

/** An element of a block. `label` is its name for screen readers if it has no visible label. */
export function renderElement(element, block, surface, { label, testid = `action-${element.action_id}` } = {}) {
  const render = ELEMENTS[element.type];
  if (!render) return el("span", { class: "aside" }, `This element (${element.type}) can't be shown here.`);
  return render(element, block, surface, { label, testid });
}
