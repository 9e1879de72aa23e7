/** The stack of modals. Only the top one shows; those below keep their input. */
import * as api from "./api.js";
import { renderBlocks } from "./blocks.js";
import { whileBusy } from "./buttons.js";
import { el, freshId } from "./dom.js";
import { fillIn, valuesIn } from "./fields.js";
import { icon } from "./icons.js";
import { plainWords } from "./mrkdwn.js";
import { appAvatar } from "./people.js";

const TROUBLE = "We had some trouble connecting. Try again?";

/** Modals of the person in `session`. */
export class Modals {
  #open = new Map(); // view id → { hash, form }
  #dialog = null;
  #cameFrom = null;

  constructor(session) {
    this.session = session;
  }

  /** Shows what the server has open now. */
  async refresh() {
    const user = this.session.place.user;
    const views = await api.views(user);
    if (views && user === this.session.place.user) this.#show(views);
  }

  /** Puts the modals away without telling the server: another person sits down. */
  clear() {
    this.#show([]);
  }

  #show(views) {
    const ids = new Set(views.map((view) => view.id));
    for (const id of this.#open.keys()) if (!ids.has(id)) this.#open.delete(id);
    if (views.length === 0) return this.#putAway();
    views.forEach((view) => this.#keep(view));
    const top = views.at(-1);
    const { form, heading } = this.#open.get(top.id);
    const opening = this.#openDialog();
    const fresh = !form.isConnected;
    if (fresh) this.#dialog.replaceChildren(form);
    this.#dialog.setAttribute("aria-labelledby", heading);
    this.#dialog.dataset.callback = top.callback_id ?? "";
    if (opening) this.#dialog.showModal();
    if (fresh) focusFirst(form, top);
  }

  /** Redraws a view when its hash changes. Entered text stays where block and action ids are the same. */
  #keep(view) {
    const old = this.#open.get(view.id);
    if (old && old.hash === view.hash) return;
    const made = this.#render(view, this.#open.size > 0 && [...this.#open.keys()][0] !== view.id);
    if (old) {
      const held = old.form.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
      const scrolled = old.form.querySelector(".dialog-body")?.scrollTop ?? 0;
      fillIn(made.form, valuesIn(old.form));
      old.form.replaceWith(made.form);
      made.form.querySelector(".dialog-body").scrollTop = scrolled;
      if (held)
        (made.form.querySelector(`[data-testid="${CSS.escape(held)}"]`) ?? made.form.querySelector("h2")).focus();
    }
    this.#open.set(view.id, { ...made, hash: view.hash });
  }

  #openDialog() {
    if (this.#dialog) return false;
    this.#cameFrom = document.activeElement;
    this.#dialog = el("dialog", { class: "dialog modal", "data-testid": "modal" });
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#dialog.querySelector("[data-testid=modal-close]").click();
    });
    document.body.append(this.#dialog);
    return true;
  }

  #putAway() {
    if (!this.#dialog) return;
    this.#dialog.close();
    this.#dialog.remove();
    this.#dialog = null;
    const from = this.#cameFrom;
    const home = from?.isConnected
      ? from
      : from?.dataset?.testid && document.querySelector(`[data-testid="${CSS.escape(from.dataset.testid)}"]`);
    (home || document.getElementById("room")).focus({ preventScroll: true });
  }

  #render(view, pushed) {
    const heading = freshId("title");
    const body = el("div", { class: "dialog-body" });
    const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
    const close = () => this.#close(view);
    const title = el("h2", { class: "dialog-title", id: heading, tabindex: "-1" }, plainWords(view.title));
    const submit =
      view.submit !== undefined &&
      view.submit !== null &&
      el(
        "button",
        { type: "submit", class: "button button-primary", "data-testid": "modal-submit" },
        plainWords(view.submit),
      );
    const closeWords = view.close ? plainWords(view.close) : pushed ? "Back" : submit ? "Cancel" : "Close";
    const form = el(
      "form",
      { class: "modal-form", novalidate: true },
      el(
        "header",
        { class: "dialog-head" },
        appAvatar(),
        title,
        el(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": "Close",
            "data-testid": "modal-dismiss",
            on: { click: close },
          },
          icon(pushed ? "back" : "close"),
        ),
      ),
      body,
      trouble,
      el(
        "footer",
        { class: "dialog-foot" },
        el(
          "button",
          { type: "button", class: "button", "data-testid": "modal-close", on: { click: close } },
          closeWords,
        ),
        submit,
      ),
    );
    const surface = this.session.viewSurface("modal", view, form);
    body.append(el("div", { class: "blocks" }, renderBlocks(view.blocks, surface)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (submit) whileBusy(submit, () => this.#submit(view, form, trouble));
    });
    return { form, heading };
  }

  async #submit(view, form, trouble) {
    showErrors(form, {});
    trouble.hidden = true;
    const answer = await api.submit(this.session.place.user, view.id, valuesIn(form));
    if (answer.errors) return showErrors(form, answer.errors);
    if (!answer.ok) {
      trouble.textContent = answer.error === "operation_timeout" ? TROUBLE : (answer.detail ?? TROUBLE);
      trouble.hidden = false;
      return undefined;
    }
    return this.refresh();
  }

  async #close(view) {
    await api.close(this.session.place.user, view.id);
    await this.refresh();
  }
}

/** The element that requests the focus, or the first text input, or the title. */
function focusFirst(form, view) {
  const wanted = view.blocks.find((block) => block.element?.focus_on_load);
  const place = wanted
    ? form.querySelector(`[data-testid="input-${CSS.escape(wanted.block_id)}"]`)
    : form.querySelector(".input input, .input textarea, .input select");
  (place ?? form.querySelector("h2")).focus({ preventScroll: !wanted });
}

/** Shows each error under its input, and focuses the first one. */
function showErrors(form, errors) {
  form.querySelectorAll(".input").forEach((input) => {
    const words = errors[input.dataset.block];
    const place = input.querySelector(".error");
    place.textContent = words ?? "";
    place.hidden = !words;
    input.classList.toggle("wrong", Boolean(words));
    const control = input.querySelector("[data-field]");
    if (words) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  });
  form.querySelector(".wrong :is(input, textarea, select, summary)")?.focus();
}
