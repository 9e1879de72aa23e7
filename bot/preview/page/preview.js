/** The page beside Slack: walks through the pack, and shows the problems of the lesson that is looked at. */

const LOOK_MS = 700;
const byId = (id) => document.getElementById(id);
let version = null;

function listed(list, problems) {
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

function named({ path, title, problems }) {
  const option = document.createElement("option");
  option.value = path;
  option.textContent = `${problems ? "! " : ""}${title || path}`;
  return option;
}

function show(seen) {
  if (seen.version === version) return;
  version = seen.version;
  const count = seen.lessons.length;
  document.title = `${seen.path || seen.pack}: preview`;
  byId("place").textContent = `${seen.place} of ${count}`;
  byId("previous").disabled = byId("next").disabled = count < 2;
  byId("lessons").replaceChildren(...seen.lessons.map(named));
  byId("lessons").value = seen.path;
  byId("file").textContent = seen.problems.length ? seen.path : `${seen.path}: no problems.`;
  listed(byId("problems"), seen.problems);
  listed(byId("others"), seen.others);
  byId("elsewhere").hidden = seen.others.length === 0;
  byId("elsewhere").querySelector("summary").textContent = `In other files of the pack (${seen.others.length})`;
  if (!byId("slack").src) byId("slack").src = seen.slack;
}

async function ask(address, said) {
  const answer = await fetch(address, said && { method: "POST", body: JSON.stringify(said) });
  show(await answer.json());
}

async function look() {
  try {
    await ask("/preview/state/now");
    byId("gone").hidden = true;
  } catch {
    byId("gone").hidden = false;
  }
  setTimeout(look, LOOK_MS);
}

const step = (by) => ask("/preview/go", { step: by });

byId("previous").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("lessons").addEventListener("change", ({ target }) => ask("/preview/go", { path: target.value }));
document.addEventListener("keydown", ({ key, target }) => {
  if (target.closest("select, input")) return;
  if (key === "ArrowLeft") step(-1);
  if (key === "ArrowRight") step(1);
});
for (const choice of document.querySelectorAll("[name=width]"))
  choice.addEventListener("change", ({ target }) => { byId("stage").className = `stage ${target.value}`; });

look();
