/** App Home: the page that the app publishes for one person. */
import * as api from "./api.js";
import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { fillIn, valuesIn } from "./fields.js";
import { icon } from "./icons.js";

/** Home of the person in `session`, drawn into `root`. */
export class Home {
  #shown = null;

  constructor(root, session) {
    this.root = root;
    this.session = session;
  }

  /** Tells the app that Home is open, and shows what it has published. */
  async open() {
    this.#shown = null;
    this.root.replaceChildren();
    const { user } = this.session.place;
    await this.refresh();
    await api.openHome(user);
    await this.refresh();
  }

  /** Shows the published view, if it is another one than before. */
  async refresh() {
    const { user, channel } = this.session.place;
    const view = await api.home(user);
    if (channel !== "home" || user !== this.session.place.user || this.session.place.channel !== "home") return;
    const look = JSON.stringify(view?.blocks ?? null);
    if (look === this.#shown) return;
    this.#shown = look;
    this.#draw(view);
  }

  #draw(view) {
    const held = this.root.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    const values = valuesIn(this.root);
    this.root.replaceChildren(view ? this.#view(view) : this.#nothing());
    fillIn(this.root, values);
    if (held) this.root.querySelector(`[data-testid="${CSS.escape(held)}"]`)?.focus();
  }

  #view(view) {
    const page = el("div", { class: "home", "data-testid": "home" });
    page.append(
      el("div", { class: "blocks" }, renderBlocks(view.blocks, this.session.viewSurface("home", view, page))),
    );
    return page;
  }

  #nothing() {
    const { bot_name: bot } = this.session.workspace.app;
    return el(
      "div",
      { class: "home home-empty", "data-testid": "home" },
      icon("home"),
      el("h2", {}, "Nothing here yet"),
      el("p", {}, `${bot} hasn't published a Home for you. It does so when it runs.`),
    );
  }
}
