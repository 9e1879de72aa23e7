/** The page around Slack: moves through the pack, and lists the problems of the current lesson. */

const POLL_INTERVAL_MS = 700;
const byId = (id) => document.getElementById(id);
let version = null;

function showProblems(list, problems) {
  list.replaceChildren(
    ...problems.map(({ place, code, message, blocking }) => {
      const item = document.createElement("li");
      const where = document.createElement("span");
      item.className = blocking ? "blocks" : "advice";
      where.className = "where";
      where.textContent = `${place} · ${code}${blocking ? " · can't be loaded" : ""}`;
      item.append(where, message);
      return item;
    }),
  );
}

function lessonOption({ path, title, problems }) {
  const option = document.createElement("option");
  option.value = path;
  option.textContent = `${problems ? "! " : ""}${title || path}`;
  return option;
}

function show(state) {
  if (state.version === version) return;
  version = state.version;
  const count = state.lessons.length;
  document.title = `${state.path || state.pack}: preview`;
  byId("place").textContent = `${state.place} of ${count}`;
  byId("previous").disabled = byId("next").disabled = count < 2;
  byId("lessons").replaceChildren(...state.lessons.map(lessonOption));
  byId("lessons").value = state.path;
  byId("file").textContent = state.path && (state.problems.length ? state.path : `${state.path}: no problems.`);
  showProblems(byId("problems"), state.problems);
  showProblems(byId("others"), state.others);
  byId("elsewhere").hidden = state.others.length === 0;
  byId("elsewhere").open ||= count === 0;
  byId("elsewhere").querySelector("summary").textContent = `Elsewhere in the pack (${state.others.length})`;
  if (!byId("slack").src) byId("slack").src = state.slack;
}

async function request(address, body) {
  const answer = await fetch(address, body && { method: "POST", body: JSON.stringify(body) });
  show(await answer.json());
}

async function poll() {
  try {
    await request("/preview/state/now");
    byId("gone").hidden = true;
  } catch {
    byId("gone").hidden = false;
  }
  setTimeout(poll, POLL_INTERVAL_MS);
}

const step = (by) => request("/preview/go", { step: by });

byId("previous").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("lessons").addEventListener("change", ({ target }) => request("/preview/go", { path: target.value }));
document.addEventListener("keydown", ({ key, target }) => {
  if (target.closest("select, input")) return;
  if (key === "ArrowLeft") step(-1);
  if (key === "ArrowRight") step(1);
});
for (const choice of document.querySelectorAll("[name=width]"))
  choice.addEventListener("change", ({ target }) => { byId("stage").className = `stage ${target.value}`; });

poll();
