/** What people have typed and chosen: every stateful element registers how to read and write its value. */

const fields = new WeakMap();

/**
 * Registers `node` as the field of an element. `read()` gives a string, a list, a number or null; `write(value)` puts
 * such a value back.
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

/** Puts values back into the fields that are still there under the same ids. */
export function fillIn(root, values) {
  for (const { block, action, write } of fieldsIn(root)) {
    const value = values[block]?.[action];
    if (value !== undefined) write(value);
  }
}
