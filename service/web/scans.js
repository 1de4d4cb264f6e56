// The list of scans, uploading, and one scan with its map.

import { ask, send, el, verdict, short, when, told, toast, count } from "./api.js";

const LATE = 1000; // milliseconds between looks at what waits

// showScans is the tab: what to show, and how to stop.
export async function showScans(page) {
  if (page.scan) return showScan(page);
  const state = { after: "", filter: { verdict: "", name: "", serial: "" }, stop: false };
  const list = el("div", { class: "list" }), tiles = el("ul", { class: "tiles" }), more = el("div");
  const load = async (next) => {
    const q = new URLSearchParams({ part: page.part, limit: "50" });
    for (const [k, v] of Object.entries(state.filter)) if (v) q.set(k, v);
    if (next) q.set("after", next);
    const doc = await ask("/api/v1/scans?" + q);
    const rows = doc.scans.map((s) => row(page, s));
    if (next) list.querySelector("tbody").append(...rows);
    else list.replaceChildren(rows.length ? table(rows) : el("p", { class: "about" }, Object.values(state.filter).some(Boolean) ? "No scan is like that." : "No scan has been judged yet. Drop some above."));
    tiles.replaceChildren(...["defective", "unsure", "sound", "failed"].filter((v) => v !== "failed" || doc.counts[v]).map((v) => el("li", { class: v }, el("b", {}, String(doc.counts[v] ?? 0)), el("span", {}, v))),
      ...(doc.waiting ? [el("li", {}, el("b", {}, String(doc.waiting)), el("span", {}, "waiting"))] : []));
    more.replaceChildren(...(doc.next ? [el("button", { click: () => told(() => load(doc.next)) }, "Show more")] : []));
    return doc;
  };
  await load();
  const filter = (name, node, event = "change") => { node.addEventListener(event, () => { state.filter[name] = node.value.trim(); told(() => load()); }); return node; };
  const filters = el("div", { class: "row filters" },
    filter("verdict", el("select", { "aria-label": "Verdict" }, ...[["", "All verdicts"], ["defective", "Defective"], ["unsure", "Unsure"], ["sound", "Sound"], ["failed", "Failed"]].map(([v, t]) => el("option", { value: v }, t)))),
    filter("name", el("input", { type: "search", placeholder: "File name", "aria-label": "File name" })),
    filter("serial", el("input", { type: "search", placeholder: "Serial number", "aria-label": "Serial number" })));
  const nodes = [];
  if (page.can("judge")) nodes.push(uploads(page, () => load(), () => state.stop));
  nodes.push(el("section", {}, el("div", { class: "head" }, el("h2", {}, "Judged scans"), tiles), filters, list, more));
  return [nodes, () => { state.stop = true; }];
}

function table(rows) {
  return el("div", { class: "scroll" }, el("table", { class: "scans" }, el("thead", {}, el("tr", {}, ...["Verdict", "Scan", "Score", "Serial number", "Received", "Operators say"].map((t, i) => el("th", { scope: "col", class: [2].includes(i) ? "n" : i > 2 ? "wide" : null }, t)))), el("tbody", {}, rows)));
}

function row(page, s) {
  return el("tr", {}, el("td", {}, verdict(s.verdict)),
    el("th", { scope: "row" }, el("a", { href: "#/" + [page.part, "scans", s.id].map(encodeURIComponent).join("/") }, s.name)),
    el("td", { class: "n" }, short(s.score)), el("td", { class: "wide" }, s.serial ?? ""), el("td", { class: "wide" }, when(s.received)), el("td", { class: "wide" }, s.label ? really(s.label.value) : ""));
}

const really = (v) => (v ? "really " + v : "");

// uploads is where scans are dropped. Each file is a request; the next goes when one was
// taken, so that a full queue only slows it down.
function uploads(page, changed, stopped) {
  const info = page.info();
  if (!info?.model) {
    return el("section", { class: "intake" }, el("h2", {}, "New scans"), el("p", {}, "There is no model of this part yet. ", el("a", { href: "#/" + encodeURIComponent(page.part) + "/models" }, "Train or upload one"), " first."));
  }
  const files = el("input", { type: "file", multiple: true, id: "files", class: "skip-input" });
  const field = (label, id) => [el("label", { for: id }, label), el("input", { id, maxlength: "200", autocomplete: "off" })];
  const fields = { serial: field("Serial number", "serial"), order: field("Order", "order"), operator: field("Operator", "operator") };
  const list = el("ul", { class: "uploads" });
  const zone = el("label", { class: "drop", for: "files" }, el("b", {}, "Drop scans here"), el("span", {}, "or press to choose files: PLY, PCD, STL, OBJ, XYZ, CSV and more"), files);
  const take = async (chosen) => {
    const q = new URLSearchParams({ part: page.part });
    for (const [name, [, input]] of Object.entries(fields)) if (input.value.trim()) q.set(name, input.value.trim());
    const lines = [...chosen].map((file) => {
      const state = el("span", {}, "in line");
      list.append(el("li", {}, el("span", { class: "name" }, file.name), state));
      return { file, state };
    });
    const warn = (e) => e.preventDefault();
    addEventListener("beforeunload", warn);
    for (const { file, state } of lines) await one(file, state, new URLSearchParams(q));
    removeEventListener("beforeunload", warn);
    toast(`${count(lines.length, "file")} taken in.`);
  };
  const one = async (file, state, q) => {
    q.set("name", file.name);
    for (;;) { // also while another tab is shown
      state.replaceChildren("uploading …");
      try {
        const doc = await ask("/api/v1/scans?" + q, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } });
        if (doc.verdict) judged(doc, state, " (the same file was judged before)");
        else follow(doc.id, state);
        return;
      } catch (err) {
        if (err.status !== 429 && err.status !== 503) { state.replaceChildren(el("span", { class: "bad" }, err.message)); return; }
        state.replaceChildren(err.message);
        await new Promise((done) => setTimeout(done, 3000));
      }
    }
  };
  const judged = (doc, state, beside = "") => {
    state.replaceChildren(verdict(doc.verdict), " ", el("a", { href: "#/" + [page.part, "scans", doc.id].map(encodeURIComponent).join("/") }, "look"), beside);
    told(changed);
  };
  const follow = async (id, state) => {
    while (!stopped()) {
      try {
        const doc = await ask("/api/v1/scans/" + id);
        if (doc.verdict) return judged(doc, state);
        state.replaceChildren(verdict(doc.state));
      } catch (err) {
        state.replaceChildren(err.message);
      }
      await new Promise((done) => setTimeout(done, LATE));
    }
  };
  files.addEventListener("change", () => { take(files.files); });
  for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (e) => { e.preventDefault(); zone.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (e) => { e.preventDefault(); take(e.dataTransfer.files); });
  return el("section", { class: "intake" }, el("h2", {}, "New scans"), el("p", { class: "about" }, `Judged by ${info.model.name}, version ${info.model.version}${info.model.by ? ", from " + info.model.by : ""}.`), zone,
    el("details", {}, el("summary", {}, "Serial number, order, operator"), el("div", { class: "fields" }, ...Object.values(fields).flat())), list);
}

// showScan is one scan: verdict, facts, label, map.
async function showScan(page) {
  const doc = await ask("/api/v1/scans/" + encodeURIComponent(page.scan));
  const back = el("p", { class: "back" }, el("a", { href: "#/" + encodeURIComponent(page.part) + "/scans" }, "← All scans"));
  if (!doc.verdict) {
    let stop = false;
    const look = async () => { if (!stop) { const now = await told(() => ask("/api/v1/scans/" + doc.id)); if (now?.verdict) dispatchEvent(new Event("hashchange")); else setTimeout(look, LATE); } };
    setTimeout(look, LATE);
    return [[back, el("section", {}, el("h2", {}, doc.name), verdict(doc.state))], () => { stop = true; }];
  }
  const unit = doc.unit ?? "";
  const facts = [["Serial number", doc.serial], ["Order", doc.order], ["Operator", doc.operator], ["Received", when(doc.received)], ["Model", `version ${doc.model.version}, ${doc.model.detector}`],
    ["Points", doc.points ? doc.points.toLocaleString() : ""], ["Part seen", doc.coverage === null ? "" : Math.round(100 * doc.coverage) + " %"], ["Judged in", doc.seconds === null ? "" : short(doc.seconds) + " s"]];
  const head = el("section", { class: "scan" },
    el("div", {}, el("h2", {}, doc.name), el("p", { class: "big" }, verdict(doc.verdict), doc.score === null ? "" : el("span", {}, el("b", {}, short(doc.score)), el("span", { class: "about" }, ` score, limit ${short(doc.threshold)}`))),
      doc.reason ? el("p", { class: "reason" }, doc.reason) : null, doc.error ? el("p", { class: "bad" }, doc.error) : null,
      regions(doc, unit), el("p", { class: "links" }, ...(doc.verdict === "failed" ? [] : [link(doc.id, "report", "Full report")]), link(doc.id, "result", "Result (JSON)"), link(doc.id, "file", "Scan file"))),
    el("dl", { class: "facts" }, ...facts.filter(([, v]) => v).flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, v)])),
    labels(page, doc));
  const nodes = [back, head];
  if (doc.verdict !== "failed") nodes.push(map(doc));
  if (doc.serial) {
    const others = (await ask("/api/v1/scans?" + new URLSearchParams({ part: page.part, serial: doc.serial, limit: "20" }))).scans.filter((s) => s.id !== doc.id);
    if (others.length) nodes.push(el("section", {}, el("h2", {}, `Other scans of serial number ${doc.serial}`), table(others.map((s) => row(page, s)))));
  }
  return [nodes];
}

// map is the scan in three dimensions. It is made when it is looked at first.
function map(doc) {
  const note = el("p", { class: "about drawing" }, "The 3D map is being made …");
  return el("section", { class: "map" }, note, el("iframe", { src: `/api/v1/scans/${doc.id}/map`, title: "The scan in three dimensions", sandbox: "allow-scripts", id: "map", load: () => note.remove() }));
}

const link = (id, what, text) => el("a", { href: `/api/v1/scans/${id}/${what}`, target: "_blank", rel: "noopener" }, text);

function regions(doc, unit) {
  const defects = doc.regions.filter((r) => !r.below_threshold);
  if (!defects.length) return null;
  const u = unit ? " " + unit : "";
  return el("p", { class: "about" }, `${count(defects.length, "defect")}: ` + defects.slice(0, 5).map((r) => `${r.kind}, ${short(r.area)}${u}${u ? "²" : ""}${r.depth === null ? "" : `, ${short(r.depth)}${u} ${r.kind === "excess" ? "high" : r.kind === "missing" ? "deep" : "off"}`}`).join("; ") + (defects.length > 5 ? "; …" : ""));
}

// labels lets an operator say what the scan really is.
function labels(page, doc) {
  const box = el("div", { class: "labels" });
  const draw = (label) => {
    const button = (value, text) => el("button", { class: value === label?.value ? "on" : null, "aria-pressed": String(value === label?.value), "data-label": value, click: () => told(async () => {
      const now = await send(`/api/v1/scans/${doc.id}/label`, "PUT", { value: value === label?.value ? "" : value, by: page.session.name });
      draw(now.value ? now : null);
      toast(now.value ? `Kept: really ${now.value}.` : "Taken back.");
    }) }, text);
    box.classList.toggle("told", Boolean(label));
    const wrong = label && ["sound", "defective"].includes(doc.verdict) && label.value !== doc.verdict;
    box.replaceChildren(el("h3", {}, "What is it really?"),
      page.can("judge") ? el("div", { class: "row" }, button("sound", "Really sound"), button("defective", "Really defective")) : el("p", {}, label ? really(label.value) : "Nobody has said."),
      el("p", { class: wrong ? "reason" : "about" }, label ? `${label.by ? label.by + ", " : ""}${when(label.at)}${wrong ? ": the verdict was wrong." : ""}` : "Counted against the verdict in Trends. Nothing is learnt from it."));
  };
  draw(doc.label ?? null);
  return box;
}
