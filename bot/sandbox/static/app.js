/** Starts the page, and redraws it when the address changes or an event arrives. */
import * as api from "./api.js";
import { Composer } from "./composer.js";
import { byId, coalesce, el } from "./dom.js";
import { Home } from "./home.js";
import { MessageList } from "./messages.js";
import { Modals } from "./modal.js";
import { nextTheme, readPlace, wearTheme, writePlace } from "./place.js";
import { beginning, drawHead } from "./room.js";
import { Session } from "./session.js";
import { drawSidebar } from "./sidebar.js";
import { Thread } from "./thread.js";

const LOST = "The sandbox doesn't answer. Waiting for it to come back.";

class App {
  #channels = [];
  #drafts = new Map();
  #drawn = null; // what the middle shows: "user channel"
  #hangUp = () => {};
  #wasLost = false;

  constructor(workspace, place) {
    this.session = new Session(workspace, place);
    this.session.go = (change) => this.go(change);
    this.session.changeTheme = () => this.#changeTheme();
    this.body = byId("room-body");
    this.modals = new Modals(this.session);
    this.home = new Home(this.body, this.session);
    this.thread = new Thread(byId("thread"), this.session);
    this.refreshChannels = coalesce(() => this.#refreshChannels());
    this.refreshMessages = coalesce(() => this.#refreshMessages());
    this.refreshViews = coalesce(() => this.modals.refresh());
    this.refreshHome = coalesce(() => this.home.refresh());
    byId("scrim").addEventListener("click", this.session.closeDrawer);
    byId("sidebar").addEventListener("keydown", (event) => event.key === "Escape" && this.session.closeDrawer());
    window.addEventListener("popstate", () => this.#arrive({ ...this.session.place, ...this.#known(readPlace()) }));
  }

  get #channel() {
    const key = this.session.place.channel;
    return this.#channels.find((one) => (key === "dm" ? one.kind === "dm" : one.id === key)) ?? null;
  }

  /** Goes somewhere: any of user, channel, thread. */
  go(change) {
    const place = { ...this.session.place, ...change };
    writePlace(place);
    if (byId("frame").classList.contains("drawer-is-open") && !("user" in change)) this.session.closeDrawer();
    return this.#arrive(place);
  }

  async start() {
    wearTheme(this.session.place.theme);
    this.session.place = { ...this.session.place, ...this.#known(this.session.place) };
    await this.#sitDown();
    setInterval(() => this.#drawFrame(), 60_000);
  }

  /** A place with people and channels that exist. */
  #known(place) {
    const people = this.session.workspace.people.filter((one) => !one.deleted);
    const user = people.some((one) => one.id === place.user) ? place.user : people[0].id;
    return { ...place, user, channel: place.channel ?? "dm" };
  }

  async #arrive(place) {
    const before = this.session.place;
    this.session.place = place;
    this.session.notice(null);
    wearTheme(place.theme);
    if (before.user !== place.user) return this.#sitDown();
    return this.#draw();
  }

  /** Another person sits down: their stream, their modals, their conversations. */
  async #sitDown() {
    this.#hangUp();
    this.modals.clear();
    this.#channels = [];
    const { user } = this.session.place;
    this.#hangUp = api.listen(
      user,
      (event) => this.#onEvent(event),
      (up) => this.#onLink(up),
    );
    await this.#refreshWorkspace();
    await Promise.all([this.#draw(), this.refreshViews()]);
  }

  async #draw() {
    const { user } = this.session.place;
    if (this.session.place.channel !== "home" && !this.#channel && this.#channels.length) {
      this.session.place = { ...this.session.place, channel: "dm", thread: null };
    }
    writePlace(this.session.place, { replace: true });
    this.#drawFrame();
    const key = `${user} ${this.session.place.channel}`;
    if (key !== this.#drawn) {
      this.#drawn = key;
      await (this.session.place.channel === "home" ? this.#drawHome() : this.#drawRoom());
    }
    await this.thread.show(this.#channel);
  }

  #drawFrame() {
    const { workspace, place } = this.session;
    const elsewhere = this.#channels.filter((one) => one !== this.#channel).reduce((sum, one) => sum + one.unread, 0);
    drawSidebar(byId("sidebar"), this.session, this.#channels);
    drawHead(byId("room-head"), this.session, this.#channel, elsewhere > 0);
    const where = place.channel === "home" ? "Home" : (this.#channel?.name ?? workspace.app.bot_name);
    const count = elsewhere ? `(${elsewhere}) ` : "";
    document.title = `${count}${where} · ${this.session.person.real_name} · ${workspace.team.name}`;
  }

  #drawHome() {
    byId("room-foot").replaceChildren();
    this.list = null;
    return this.home.open();
  }

  async #drawRoom() {
    const channel = this.#channel;
    if (!channel) return;
    const list = el("ol", { class: "messages" });
    this.list = new MessageList(list, this.body, this.session);
    this.body.replaceChildren(beginning(this.session, channel), list);
    const composer = this.#composer(channel);
    byId("room-foot").replaceChildren(composer.node);
    if (channel.kind === "dm") api.openHome(this.session.place.user, "messages");
    await this.refreshMessages();
    // On a touch screen, focus would open the keyboard over the messages.
    const keyboard = window.matchMedia("(hover: hover)").matches;
    if (keyboard && document.activeElement === document.body) composer.focus();
  }

  #composer(channel) {
    const key = `${this.session.place.user} ${channel.id}`;
    return new Composer({
      session: this.session,
      channel: channel.id,
      label: `Message ${channel.kind === "dm" ? this.session.workspace.app.bot_name : `#${channel.name}`}`,
      draft: this.#drafts.get(key) ?? "",
      keepDraft: (words) => this.#drafts.set(key, words),
    });
  }

  async #refreshMessages() {
    const channel = this.#channel;
    const list = this.list;
    if (!channel || !list) return;
    const messages = await api.messages(this.session.place.user, channel.id);
    if (!messages || list !== this.list) return;
    const firstStep = this.body.querySelector(".first-step");
    if (firstStep) firstStep.hidden = messages.length > 0;
    list.show(
      channel,
      messages.filter((one) => !one.thread_ts || one.thread_ts === one.ts || one.subtype === "thread_broadcast"),
    );
    await this.refreshChannels();
  }

  async #refreshChannels() {
    const { user } = this.session.place;
    const channels = await api.channels(user);
    if (!channels || user !== this.session.place.user) return;
    this.#channels = channels;
    this.#drawFrame();
  }

  #onEvent(event) {
    if (event.kind.startsWith("view_")) return this.refreshViews();
    if (event.kind === "home") return this.session.place.channel === "home" && this.refreshHome();
    if (event.kind === "user" || event.kind === "members") return this.#refreshWorkspace();
    if (event.channel && event.channel !== this.#channel?.id) return this.refreshChannels();
    return Promise.all([this.refreshMessages(), this.session.place.thread && this.thread.refresh(this.#channel)]);
  }

  /** What happened while the link was down was not heard: look at everything again. */
  #onLink(up) {
    if (!up) this.session.notice(LOST, { stays: true });
    else if (this.#wasLost) {
      this.session.notice(null);
      this.#refreshWorkspace();
      this.refreshMessages();
      this.refreshHome();
      this.refreshViews();
    }
    this.#wasLost = !up;
  }

  async #refreshWorkspace() {
    const { user } = this.session.place;
    const workspace = await api.workspace(user);
    if (user !== this.session.place.user) return;
    if (workspace.people) this.session.workspace = workspace;
    await this.refreshChannels();
  }

  #changeTheme() {
    this.session.place = { ...this.session.place, theme: nextTheme(this.session.place.theme) };
    writePlace(this.session.place, { replace: true });
    wearTheme(this.session.place.theme);
    this.#drawFrame();
  }
}

const workspace = await api.workspace();
if (workspace.people) await new App(workspace, readPlace()).start();
else
  byId("room-body").replaceChildren(
    el(
      "div",
      { class: "home home-empty" },
      el("h2", {}, "The sandbox doesn't answer"),
      el("p", {}, workspace.detail ?? workspace.error),
    ),
  );
