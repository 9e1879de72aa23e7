/** Reads and restores what people typed and chose. Every stateful element registers how. */

const fields = new WeakMap();

/**
 * Registers `node` as an element's field. `read()` returns a string, a list, a number, or null; `write(value)`
 * restores such a value.
 */
export function asField(node, block, element, read, write) {
  node.dataset.field = "";
  fields.set(node, { block: block.block_id, action: element.action_id, read, write });
  return node;
}

const fieldsIn = (root) => [...root.querySelectorAll("[data-field]")].map((node) => fields.get(node)).filter(Boolean);

/** The values of all fields: { block_id: { action_id: value } }. */
export function valuesIn(root) {
  const values = {};
  for (const { block, action, read } of fieldsIn(root)) (values[block] ??= {})[action] = read();
  return values;
}

/** Restores the values of fields that still exist with the same IDs. */
export function fillIn(root, values) {
  for (const { block, action, write } of fieldsIn(root)) {
    const value = values[block]?.[action];
    if (value !== undefined) write(value);
  }
}
