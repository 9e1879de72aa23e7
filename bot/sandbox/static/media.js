/** Blocks for things outside the message: pictures, videos, and files. */
import { el } from "./dom.js";
import { image as picture } from "./elements.js";
import { icon } from "./icons.js";
import { link, plainWords, renderText } from "./mrkdwn.js";

/** A picture with its title, or its alternative text if the page may not load it. */
export function image(block, surface) {
  const shown = picture(block);
  const absent = shown.classList.contains("picture-absent");
  return el(
    "figure",
    { class: "figure" },
    block.title && el("figcaption", {}, renderText(block.title, surface.names)),
    absent
      ? el(
          "div",
          { class: "figure-absent" },
          icon("image"),
          el("span", {}, block.alt_text),
          link(block.image_url ?? "", "Open picture"),
        )
      : shown,
  );
}

/** A video as a link. The page doesn't play videos. */
export function video(block) {
  return el(
    "div",
    { class: "tile" },
    icon("video"),
    el(
      "div",
      {},
      el("b", {}, link(block.title_url ?? block.video_url, plainWords(block.title)) ?? plainWords(block.title)),
      el("p", { class: "aside" }, plainWords(block.description) || block.alt_text),
    ),
  );
}

/** A file from another service. Slack has only its ID. */
export function file(block) {
  const words = el("div", {}, el("b", {}, "File from elsewhere"), el("p", { class: "aside" }, block.external_id));
  return el("div", { class: "tile" }, icon("file"), words);
}
