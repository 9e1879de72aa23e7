/** Builds DOM nodes. Text always goes in as text nodes: nothing on this page parses HTML. */

const AS_PROPERTY = new Set(["value", "checked", "selected", "disabled", "hidden", "open", "indeterminate"]);

/**
 * Creates one element. `props` are attributes, except `class`, `on` ({event: listener}), and the live properties above;
 * null, undefined, and false leave an attribute out. Children are nodes, strings, null, or arrays of them.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "on") Object.entries(value).forEach(([event, listener]) => node.addEventListener(event, listener));
    else if (AS_PROPERTY.has(name)) node[name] = value ?? (name === "value" ? "" : false);
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name === "class" ? "class" : name, value === true ? "" : String(value));
    }
  }
  node.append(...nodes(children));
  return node;
}

/** A fragment of the given children. */
export function fragment(...children) {
  const holder = document.createDocumentFragment();
  holder.append(...nodes(children));
  return holder;
}

/** The children in a flat list, without empty ones. */
export function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

export const byId = (id) => document.getElementById(id);

let lastId = 0;

/** A new ID for `aria-labelledby` and similar attributes. */
export function freshId(stem) {
  lastId += 1;
  return `${stem}-${lastId}`;
}

/** Runs `task`. Calls while it runs cause one more run at its end. */
export function coalesce(task) {
  let running = null;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await task();
      } while (again);
    })();
    try {
      await running;
    } finally {
      running = null;
    }
  };
}

/** Announces `words` to screen readers without showing them. */
export function announce(words) {
  const announcer = byId("announcer");
  announcer.textContent = "";
  // Screen readers announce only changes, so clear the text first in case it repeats.
  setTimeout(() => {
    announcer.textContent = words;
  }, 60);
}
