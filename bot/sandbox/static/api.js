/** Calls the sandbox's user API. Every call returns the response's JSON; `ok` says whether it succeeded. */

const UNREACHABLE = {
  ok: false,
  error: "unreachable",
  detail: "The sandbox doesn't answer. Is it still running?",
};

async function ask(method, path, body) {
  const form = body instanceof FormData;
  const options = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) options.body = form ? body : JSON.stringify(body);
  if (body !== undefined && !form) options.headers["Content-Type"] = "application/json";
  try {
    const reply = await fetch(`/sandbox${path}`, options);
    const answer = await reply.json();
    return Array.isArray(answer) ? answer : { ok: reply.ok, ...answer };
  } catch {
    return UNREACHABLE;
  }
}

const get = (path) => ask("GET", path);
const post = (path, body = {}) => ask("POST", path, body);
const person = (user) => `/people/${encodeURIComponent(user)}`;

/** Returns a response's list, which may be inside an object, or an empty list if the call failed. */
const listIn = (answer, name) => (Array.isArray(answer) ? answer : (answer[name] ?? null));

/** The workspace as a person sees it; without a person, only what everyone sees. */
export const workspace = (user) => get(user ? `${person(user)}/state` : "/state");

export async function channels(user) {
  return listIn(await get(`${person(user)}/channels`), "channels");
}

export async function messages(user, channel, thread) {
  const query = thread ? `?thread_ts=${encodeURIComponent(thread)}` : "";
  return listIn(await get(`${person(user)}/channels/${encodeURIComponent(channel)}/messages${query}`), "messages");
}

export const say = (user, channel, text, thread) =>
  post(`${person(user)}/messages`, { channel, text, ...(thread && { thread_ts: thread }) });

export const command = (user, channel, name, text) =>
  post(`${person(user)}/commands`, { channel, command: name, text });

/** Uploads files for a file input. The response has their `file_ids`. */
export function keep(user, files) {
  const form = new FormData();
  files.forEach((file) => form.append("file", file, file.name));
  return post(`${person(user)}/uploads`, form);
}

export function share(user, channel, text, files, thread) {
  const form = new FormData();
  form.append("channel", channel);
  form.append("text", text);
  if (thread) form.append("thread_ts", thread);
  files.forEach((file) => form.append("file", file, file.name));
  return post(`${person(user)}/files`, form);
}

/** Changes a person's time zone or status. */
export const changeProfile = (user, changes) => post(`${person(user)}/profile`, changes);

/** Tells the app that the person opened its `home` or `messages` tab. */
export const openHome = (user, tab = "home") => post(`${person(user)}/home`, { tab });

export async function home(user) {
  return (await get(`${person(user)}/home`)).view ?? null;
}

export const act = (user, action) => post(`${person(user)}/actions`, action);

export async function views(user) {
  return listIn(await get(`${person(user)}/views`), "views");
}

const view = (user, id) => `${person(user)}/views/${encodeURIComponent(id)}`;
export const submit = (user, id, values) => post(`${view(user, id)}/submit`, { values });
export const close = (user, id) => post(`${view(user, id)}/close`);

/**
 * Streams what changes for a person to `onEvent(event)`. `onLink(up)` says when the connection breaks and returns.
 * Events in between aren't repeated, so the page reloads its state. Returns a function that closes the stream.
 */
export function listen(user, onEvent, onLink) {
  const source = new EventSource(`/sandbox${person(user)}/stream`);
  source.addEventListener("message", (message) => onEvent(JSON.parse(message.data)));
  source.addEventListener("open", () => onLink(true));
  source.addEventListener("error", () => onLink(false));
  return () => source.close();
}
