/** Builds DOM nodes. Text always goes in as text nodes: nothing on this page parses HTML. */

const AS_PROPERTY = new Set(["value", "checked", "selected", "disabled", "hidden", "open", "indeterminate"]);

/**
 * One element. `props` are attributes, save for `class`, `on` ({event: listener}) and the live properties above;
 * null, undefined and false leave an attribute out. Children: nodes, strings, null, or arrays of them.
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

/** The children that are there, flat. */
export function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

export const byId = (id) => document.getElementById(id);

let lastId = 0;

/** An id for `aria-labelledby` and its like, unused so far. */
export function freshId(stem) {
  lastId += 1;
  return `${stem}-${lastId}`;
}

/** Runs `task`; calls that come while it runs are answered by one more run at its end. */
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

/** Says `words` to a screen reader, without showing them. */
export function announce(words) {
  const announcer = byId("announcer");
  announcer.textContent = "";
  // A reader speaks a change: the same words twice need a moment of silence between them.
  setTimeout(() => {
    announcer.textContent = words;
  }, 60);
}
