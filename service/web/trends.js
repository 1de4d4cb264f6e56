// How a part goes on from scan to scan, and how verdicts compare with what operators say.

import { ask, el, partPath, short, when, count } from "./api.js";
import { chart } from "./charts.js";

const MOST_PLACES = 4;

export async function showTrends(page) {
  if (!page.info()?.model) return [[el("section", {}, el("h2", {}, "Trends"), el("p", {}, "There is no model of this part yet."))]];
  const doc = await ask(partPath(page.part, "trends"));
  const unit = doc.model.unit ? " " + doc.model.unit : "";
  const open = (id) => () => page.go({ tab: "scans", scan: id });
  if (!doc.points.length) return [[el("section", {}, el("h2", {}, "Trends"), el("p", { class: "about" }, "No scan has been judged by the chosen model yet."))]];
  const last = doc.points[doc.points.length - 1], days = [doc.points[0], last].map((p) => new Date(p.received).toDateString());
  // Scans of one day are told apart by the hour.
  const day = (t) => new Date(t).toLocaleString([], days[0] === days[1] ? { hour: "2-digit", minute: "2-digit" } : { month: "short", day: "numeric" });
  const points = (value, out) => doc.points.map((p, i) => ({
    value: value(p, i), kind: p.verdict, out: out.includes(p.id), open: open(p.id), day: day(p.received),
    title: `${p.name}${p.serial ? ", serial number " + p.serial : ""}, ${when(p.received)}: ${p.verdict}${p.label ? ", really " + p.label : ""}`,
  }));
  const nodes = [el("section", {}, el("h2", {}, "Score from scan to scan"),
    el("p", { class: "about" }, `${count(doc.points.length, "scan")}, model version ${doc.model.version}. ${limits(doc.score)}`),
    el("div", { class: "scroll" }, chart(points((p) => p.score, doc.score.out), doc.score, { threshold: last.threshold, label: "Scores in the order of time" })),
    legend())];
  nodes.push(operators(doc));
  for (const place of doc.places.slice(0, MOST_PLACES)) {
    nodes.push(el("section", {}, el("h2", {}, `Place ${place.number} of the part`),
      el("p", { class: "about" }, `${count(place.defects, "defect")} in ${count(place.scans, "scan")}, around ${place.center.map(short).join(", ")}${unit} in the part's frame. The place is on the page “Defects on the part”.`),
      el("div", { class: "pair" },
        el("figure", {}, el("figcaption", {}, `Area${unit ? unit + "²" : ""}`), chart(points((_, i) => place.series[i].area, place.area_chart.out), place.area_chart, { label: "Area at this place", small: true })),
        el("figure", {}, el("figcaption", {}, `Depth${unit}`), place.series.some((s) => s.depth !== null) ? chart(points((_, i) => place.series[i].depth, place.depth_chart.out), place.depth_chart, { label: "Depth at this place", small: true }) : el("p", { class: "about" }, "Material is gone here: there is no depth.")))));
  }
  if (doc.places.length > MOST_PLACES) nodes.push(el("p", { class: "about" }, `${count(doc.places.length - MOST_PLACES, "more place")} with fewer defects: see “Defects on the part”.`));
  return [nodes];
}

function limits(c) {
  if (c.upper === null) return "Control limits need two sound scans.";
  return `Mean ${short(c.center)}, control limits ${short(c.lower)} to ${short(c.upper)}: mean ± 3 · moving range / 1.128 of ${count(c.n, "sound scan")}${c.n < 20 ? "; with fewer than 20 they are rough" : ""}. ${c.out.length ? count(c.out.length, "scan") + " beyond them." : "No scan beyond them."}`;
}

const legend = () => el("p", { class: "about keys" }, el("span", { class: "verdict sound" }, "Sound"), el("span", { class: "verdict unsure" }, "Unsure"), el("span", { class: "verdict defective" }, "Defective"), el("span", {}, "◯ beyond the limits", el("span", { class: "screen" }, " · press a point to open its scan")));

function operators(doc) {
  const c = doc.confusion, f = doc.false_alarms;
  const box = el("section", { id: "operators" }, el("h2", {}, "Verdicts against what operators say"));
  if (!c.labelled) {
    box.append(el("p", { class: "about" }, "No scan has a label yet. Open a scan and say what it really is; verdicts are then counted here. Nothing is learnt from labels."));
    return box;
  }
  const cell = (v, l) => el("td", { class: "n " + (v === l ? "good" : v === "unsure" || v === "failed" ? "" : "wrong") }, String(c.table[v]?.[l] ?? 0));
  const rows = ["sound", "defective", "unsure", "failed"].filter((v) => v !== "failed" || c.table.failed);
  box.append(el("div", { class: "pair" }, el("table", { class: "confusion" }, el("thead", {}, el("tr", {}, el("th", {}, "Verdict"), el("th", { class: "n" }, "Really sound"), el("th", { class: "n" }, "Really defective"))),
    el("tbody", {}, rows.map((v) => el("tr", {}, el("th", { scope: "row" }, v), cell(v, "sound"), cell(v, "defective"))))),
  el("div", {}, el("p", {}, `${count(c.labelled, "scan")} with a label: ${c.right} right, ${count(c.false_alarms, "false alarm")}, ${c.missed} missed, ${c.unsure} without a verdict.`),
    el("p", { class: f.within ? "about" : "bad" }, f.sound ? `False alarms: ${f.alarms} of ${count(f.sound, "sound scan")} (${short(100 * f.share)} %); the threshold promises ${Number(short(100 * f.promised))} %. ${f.within ? "That is within what chance allows." : "That is more than chance allows: look at the scans, and learn from more sound ones."}` : "No scan is called really sound yet, so false alarms cannot be counted."))));
  return box;
}
