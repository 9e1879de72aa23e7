/** Slack's confirmation dialog, shown before an element with one acts. */
import { el, freshId } from "./dom.js";
import { plainWords, renderText } from "./mrkdwn.js";

/** Returns the person's choice, or true without a `confirm` object. Esc means no. */
export function confirmed(confirm, names) {
  if (!confirm) return Promise.resolve(true);
  const title = freshId("confirm");
  const deny = el("button", { class: "button", value: "no", "data-testid": "confirm-deny" }, plainWords(confirm.deny));
  const yes = el(
    "button",
    {
      class: `button ${confirm.style === "danger" ? "button-danger-full" : "button-primary"}`,
      value: "yes",
      "data-testid": "confirm-yes",
    },
    plainWords(confirm.confirm),
  );
  const dialog = el(
    "dialog",
    { class: "dialog dialog-small", "aria-labelledby": title, "data-testid": "confirm" },
    el(
      "form",
      { method: "dialog" },
      el("h2", { class: "dialog-title", id: title }, plainWords(confirm.title)),
      el("div", { class: "dialog-body prose" }, renderText(confirm.text, names)),
      el("div", { class: "dialog-foot" }, deny, yes),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
