/** The state that all parts of the page share: the workspace, the place, names, and how elements act. */
import * as api from "./api.js";
import { byId } from "./dom.js";
import { valuesIn } from "./fields.js";
import { makeNames } from "./people.js";

const NOTICE_MS = 9000;

/** One use of the page. `place` changes as the person navigates; the code that draws the page sets `go`. */
export class Session {
  #hiding = null;

  constructor(workspace, place) {
    this.workspace = workspace;
    this.place = place;
    this.go = () => {};
    this.changeTheme = () => {};
  }

  /** The person who sits here. */
  get person() {
    return this.workspace.people.find((one) => one.id === this.place.user);
  }

  get names() {
    return makeNames(this.workspace, this.person.tz);
  }

  openDrawer = () => this.#drawer(true);
  closeDrawer = () => this.#drawer(false);

  #drawer(open) {
    byId("frame").classList.toggle("drawer-is-open", open);
    byId("scrim").hidden = !open;
    byId("room").inert = open;
    document.querySelector(open ? ".drawer-close" : ".drawer-open")?.focus();
  }

  /** The surface of a message; `node` holds its inputs. */
  messageSurface(channel, message, node) {
    const at = { container: "message", channel: channel.id, ts: message.ts };
    return { ...this.#surface(at, node), kind: "message" };
  }

  /** The surface of a modal or Home. */
  viewSurface(kind, view, node) {
    return { ...this.#surface({ container: "view", view_id: view.id }, node), kind };
  }

  #surface(at, node) {
    return {
      names: this.names,
      people: this.workspace.people.filter((one) => !one.deleted),
      channels: this.workspace.channels,
      keepFiles: (files) => api.keep(this.place.user, files),
      complain: (answer) => this.complain(answer),
      dispatches: (block) => block.type !== "input" || block.dispatch_action === true,
      act: async (block, element, answer) => {
        const source = { ...at, block_id: block.block_id, action_id: element.action_id };
        const reply = await api.act(this.place.user, { ...source, ...answer, state: valuesIn(node) });
        if (!reply.ok) this.complain(reply);
      },
    };
  }

  /** Says what went wrong, in words that tell what to do next. */
  complain(answer, { command } = {}) {
    const bot = this.workspace.app.bot_name;
    const words = {
      operation_timeout: `${bot} took longer than 3 seconds. Try again.`,
      no_app_connected: `${bot} isn't connected. Start it, then try again.`,
      unknown_command: `/${command ?? "That"} isn't a command here. Type / to see those that are.`,
      no_such_action: "That button is gone.",
    };
    this.notice(words[answer.error] ?? answer.detail ?? `That didn't work (${answer.error}).`);
  }

  /** A line above the composer, or in the modal that covers it. It goes away by itself; null takes it away now. */
  notice(words, { stays = false } = {}) {
    const inModal = document.querySelector("dialog.modal[open] .trouble");
    clearTimeout(this.#hiding);
    for (const line of [inModal, byId("notice")].filter(Boolean)) {
      const here = words && line === (inModal ?? line);
      line.textContent = here ? words : "";
      line.hidden = !here;
    }
    if (words && !stays) this.#hiding = setTimeout(() => this.notice(null), NOTICE_MS);
  }
}
