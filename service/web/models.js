// Models of a part: versions, which one judges, uploading, training.

import { ask, send, el, partPath, when, told, toast, count } from "./api.js";

export async function showModels(page) {
  const nodes = [], state = { stop: false };
  const versions = el("div");
  const load = async () => {
    const { models } = await ask(partPath(page.part, "models"));
    versions.replaceChildren(models.length ? el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ...["Version", "File", "Detector", "Sound scans", "Made", "By", ""].map((t, i) => el("th", { scope: "col", class: [i === 0 || i === 3 ? "n" : "", [2, 3, 4].includes(i) ? "wide" : ""].join(" ") }, t)))), el("tbody", {}, models.map((m) => el("tr", {},
      el("td", { class: "n" }, String(m.version)), el("th", { scope: "row" }, el("a", { href: partPath(page.part, "models/" + m.id) }, m.name)), el("td", { class: "wide" }, m.detector), el("td", { class: "n wide" }, String(m.scans)), el("td", { class: "wide" }, when(m.made)), el("td", {}, `${m.by ? m.by + ", " : ""}${m.from}`),
      el("td", {}, m.chosen ? el("b", {}, "judges") : page.can("admin") ? el("button", { click: () => told(async () => { await send(partPath(page.part, "model"), "PUT", { id: m.id }); await page.refresh(); await load(); toast(`Version ${m.version} judges new scans from now on.`); }) }, "Let it judge") : "")))))) : el("p", { class: "about" }, "No model yet."));
  };
  await load();
  nodes.push(el("section", {}, el("h2", {}, "Models of this part"), versions, el("p", { class: "about" }, "Versions are never replaced: each scan keeps the verdict of the model that judged it.")));
  if (page.can("admin")) {
    const trainings = el("div"), again = async () => { await page.refresh(); await load(); };
    nodes.push(trainForm(page, () => watch(page, trainings, state, again)), trainings, uploadForm(page, again));
    await watch(page, trainings, state, again);
  }
  return [nodes, () => { state.stop = true; }];
}

// watch shows trainings until none is under way.
async function watch(page, host, state, changed) {
  clearTimeout(state.timer);
  const { trainings } = await ask(partPath(page.part, "trainings"));
  if (state.stop) return;
  const open = trainings.filter((t) => t.state === "waiting" || t.state === "running");
  if (state.open > open.length) await told(changed);
  state.open = open.length;
  const line = (t) => {
    const words = { waiting: "waits", running: t.stage || "begins", done: `done: version ${t.version}`, failed: t.error }[t.state];
    return el("li", { class: t.state === "failed" ? "bad" : null }, `${when(t.asked)}, ${count(t.sound, "sound scan")}${t.by ? ", " + t.by : ""}: ${words} `, t.state === "running" && t.total ? el("progress", { max: t.total, value: t.done }) : null, t.warnings?.length ? el("span", { class: "reason" }, t.warnings.join("; ")) : null);
  };
  host.replaceChildren(...(trainings.length ? [el("section", {}, el("h2", {}, "Trainings"), el("ul", { class: "uploads trainings" }, trainings.slice(0, 10).map(line)))] : []));
  if (open.length) state.timer = setTimeout(() => told(() => watch(page, host, state, changed)), 1000);
}

function trainForm(page, begun) {
  const files = el("input", { type: "file", multiple: true, required: true, id: "sound" }), unit = el("input", { id: "unit", maxlength: "12", size: "6", placeholder: "mm" }), by = el("input", { id: "train-by", maxlength: "200", value: page.session.name || "" });
  const submit = (e) => {
    e.preventDefault();
    told(async () => {
      const form = new FormData();
      form.set("unit", unit.value.trim());
      form.set("by", by.value.trim());
      for (const f of files.files) form.append("file", f);
      await ask(partPath(page.part, "trainings"), { method: "POST", body: form });
      files.value = "";
      await page.refresh();
      await begun();
    });
  };
  return el("section", {}, el("h2", {}, "Train a model"), el("p", { class: "about" }, "From scans of sound parts, in any pose, all in one unit. Four are plenty; one with a defect is left out and named."),
    el("form", { submit, class: "fields" }, el("label", { for: "sound" }, "Sound scans"), files, el("label", { for: "unit" }, "Unit of length"), unit, ...(page.session.name ? [] : [el("label", { for: "train-by" }, "Your name"), by]), el("span"), el("button", { class: "main" }, "Train")));
}

function uploadForm(page, changed) {
  const file = el("input", { type: "file", required: true, id: "model-file" }), by = el("input", { id: "model-by", maxlength: "200", value: page.session.name || "" });
  const submit = (e) => {
    e.preventDefault();
    told(async () => {
      const form = new FormData();
      form.set("by", by.value.trim());
      form.append("file", file.files[0]);
      const m = await ask(partPath(page.part, "models"), { method: "POST", body: form });
      file.value = "";
      await changed();
      toast(m.chosen ? `Version ${m.version} judges new scans.` : `Version ${m.version} is there; it judges once you let it.`);
    });
  };
  return el("section", {}, el("h2", {}, "Upload a model"), el("p", { class: "about" }, "A file that “blemish train” wrote."),
    el("form", { submit, class: "fields" }, el("label", { for: "model-file" }, "Model file"), file, ...(page.session.name ? [] : [el("label", { for: "model-by" }, "Your name"), by]), el("span"), el("button", { class: "main" }, "Upload")));
}

// showFirst asks for the name of a new part.
export async function showFirst(page) {
  if (!page.can("admin")) return [[el("section", { class: "narrow" }, el("h2", {}, "Nothing here yet"), el("p", {}, "No part has a model. Somebody with the role admin must add one."))]];
  const name = el("input", { id: "new-part", required: true, maxlength: "200", placeholder: "bracket" });
  return [[el("section", { class: "narrow" }, el("h2", {}, page.parts.length ? "A new part" : "Begin with a part"), el("p", {}, "Give the part a name; then train its model from a few sound scans, or upload one."),
    el("form", { class: "row", submit: (e) => { e.preventDefault(); page.go({ part: name.value.trim(), tab: "models" }); } }, el("label", {}, "Name of the part ", name), el("button", { class: "main" }, "Go on")))]];
}
