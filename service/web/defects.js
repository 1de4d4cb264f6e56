// The defects of many scans, drawn on the part: points of a sound scan, and a disk for each
// place. Drag to turn.

import { ask, el, partPath, short, count } from "./api.js";

export async function showDefects(page) {
  if (!page.info()?.model) return [[el("section", {}, el("h2", {}, "Defects on the part"), el("p", {}, "There is no model of this part yet."))]];
  const doc = await ask(partPath(page.part, "defects"));
  const u = doc.unit ? " " + doc.unit : "";
  const nodes = [el("h2", {}, "Defects on the part"), el("p", { class: "about" }, `${doc.defective} of ${count(doc.scans, "scan")} defective, ${count(doc.places.length, "place")} with defects. Defects that lie over each other on the part are one place.`)];
  let stop = null;
  if (doc.surface.length) {
    const canvas = el("canvas", { id: "body", role: "img", "aria-label": "The part with its defects; the table has the same places. Arrow keys turn it.", tabindex: "0" });
    stop = draw(canvas, doc);
    nodes.push(canvas, el("p", { class: "about" }, el("span", { class: "screen" }, "Drag to turn. "), "A disk is as large as the largest defect there; the number is that of the table."));
  }
  if (doc.places.length) {
    nodes.push(el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ...["Place", "Defects", "Scans", `Area in sum${u ? "," + u + "²" : ""}`, `Deepest${u ? "," + u : ""}`, "Kinds", `Centre${u ? "," + u : ""}`].map((t, i) => el("th", { scope: "col", class: i < 5 ? "n" : i === 6 ? "wide" : null }, t)))),
      el("tbody", {}, doc.places.map((p) => el("tr", {}, el("td", { class: "n" }, String(p.number)), el("td", { class: "n" }, String(p.defects)), el("td", { class: "n" }, String(p.scans)), el("td", { class: "n" }, short(p.area)), el("td", { class: "n" }, short(p.depth)),
        el("td", {}, Object.entries(p.kinds).sort().map(([k, n]) => `${k} ${n}`).join(", ")), el("td", { class: "wide" }, p.center.map(short).join(", "))))))));
  }
  return [[el("section", {}, ...nodes)], stop];
}

// draw shows the surface from a turning eye; it returns how to stop.
function draw(canvas, doc) {
  const lo = [0, 1, 2].map((k) => Math.min(...doc.surface.map((p) => p[k]))), hi = [0, 1, 2].map((k) => Math.max(...doc.surface.map((p) => p[k])));
  const mid = lo.map((v, k) => (v + hi[k]) / 2), size = 2 * Math.max(...doc.surface.map((p) => Math.hypot(...p.map((v, k) => v - mid[k])))) || 1;
  let turn = 0.6, tilt = 0.45;
  const most = Math.max(1, ...doc.places.map((p) => p.defects));
  const paint = () => {
    const dpr = devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
    if (!w) return;
    canvas.width = w * dpr;
    canvas.height = h * dpr;
    const g = canvas.getContext("2d"), style = getComputedStyle(canvas), scale = (0.92 * Math.min(w, h)) / size;
    g.scale(dpr, dpr);
    const [c, s, ct, st] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
    const eye = (p) => {
      const [x, y, z] = p.map((v, k) => v - mid[k]), a = c * x + s * y, b = -s * x + c * y;
      return [w / 2 + scale * a, h / 2 - scale * (ct * z + st * b), b * ct - z * st]; // the last: how far away
    };
    const all = doc.surface.map(eye).sort((a, b) => b[2] - a[2]);
    const dot = Math.max(1.6, Math.min(4, (0.6 * scale * size) / Math.sqrt(doc.surface.length)));
    g.fillStyle = style.color;
    for (const [x, y, d] of all) {
      g.globalAlpha = 0.2 + 0.5 * Math.max(0, Math.min(1, 0.5 - d / size));
      g.beginPath();
      g.arc(x, y, dot / 2, 0, 7);
      g.fill();
    }
    const disks = doc.places.map((p) => ({ p, at: eye(p.center) })).sort((a, b) => b.at[2] - a.at[2]);
    for (const { p, at } of disks) {
      g.fillStyle = style.getPropertyValue("--bad");
      g.globalAlpha = 0.18 + 0.4 * (p.defects / most);
      g.beginPath();
      g.arc(at[0], at[1], Math.max(5, scale * p.radius), 0, 7);
      g.fill();
    }
    g.globalAlpha = 1;
    g.font = "600 13px system-ui, sans-serif";
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.lineWidth = 3;
    for (const { p, at } of disks) {
      g.strokeStyle = style.getPropertyValue("--sheet");
      g.strokeText(p.number, at[0], at[1]);
      g.fillStyle = style.getPropertyValue("--ink");
      g.fillText(p.number, at[0], at[1]);
    }
    canvas.dataset.drawn = String(all.length);
  };
  let from = null;
  canvas.addEventListener("pointerdown", (e) => { from = [e.clientX, e.clientY]; canvas.setPointerCapture(e.pointerId); });
  canvas.addEventListener("pointermove", (e) => {
    if (!from) return;
    turn += (e.clientX - from[0]) / 120;
    tilt = Math.max(-1.57, Math.min(1.57, tilt + (e.clientY - from[1]) / 120));
    from = [e.clientX, e.clientY];
    requestAnimationFrame(paint);
  });
  canvas.addEventListener("pointerup", () => { from = null; });
  canvas.addEventListener("keydown", (e) => {
    const by = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] }[e.key];
    if (!by) return;
    e.preventDefault();
    turn += by[0];
    tilt = Math.max(-1.57, Math.min(1.57, tilt + by[1]));
    paint();
  });
  const size2 = new ResizeObserver(paint);
  size2.observe(canvas);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", paint);
  return () => { size2.disconnect(); dark.removeEventListener("change", paint); };
}
