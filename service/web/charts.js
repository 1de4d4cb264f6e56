// Individuals charts as SVG: points in the order of time, centre line and control limits.

import { svg, short } from "./api.js";

const HIGH = 250, LEFT = 56, RIGHT = 96, TOP = 14, BOTTOM = 26;

// chart draws points {value, kind, title, open} with the limits of c and, where given, lines
// of their own for each point, such as the threshold. On a phone it is drawn narrower, so that
// its letters keep their size.
export function chart(points, c, { threshold = null, label = "", small = false } = {}) {
  const high = small ? 150 : HIGH, narrow = innerWidth <= 640, WIDE = narrow ? (small ? 360 : 560) : small ? 540 : 860;
  const values = points.map((p) => p.value).filter((v) => v !== null);
  const marks = [c.upper, c.center, c.lower, threshold].filter((v) => v !== null && v !== undefined);
  let top = Math.max(...values, ...marks, 0), least = Math.min(...values, ...marks);
  // Where a few scans are far off, a logarithmic scale keeps the others apart.
  const log = least > 0 && top / Math.max(c.upper ?? least, threshold ?? 0, least) > 8;
  const to = log ? Math.log : (v) => v;
  let lo = log ? to(least) : 0, hi = to(top || 1);
  const room = (hi - lo || 1) * 0.06;
  hi += room;
  if (log) lo -= room;
  const x = (i) => LEFT + ((i + 0.5) / points.length) * (WIDE - LEFT - RIGHT);
  const y = (v) => TOP + (1 - (to(log ? Math.max(v, least) : v) - lo) / (hi - lo)) * (high - TOP - BOTTOM);
  const out = svg("svg", { viewBox: `0 0 ${WIDE} ${high}`, class: "chart", role: "img", "aria-label": label });
  const line = (v, kind, text) => {
    if (v === null || v === undefined) return;
    out.append(svg("line", { x1: LEFT, x2: WIDE - RIGHT, y1: y(v), y2: y(v), class: kind }));
    texts.push({ at: y(v), text: `${text} ${short(v)}`, kind });
  };
  const texts = [];
  if (c.upper !== null && c.upper !== undefined) out.append(svg("rect", { x: LEFT, width: WIDE - LEFT - RIGHT, y: y(c.upper), height: Math.max(1, y(log ? Math.max(c.lower, least) : c.lower) - y(c.upper)), class: "band" }));
  if (c.upper > 0) line(c.upper, "limit", "upper");
  if (c.upper > 0) line(c.center, "center", "mean");
  if (c.lower > 0) line(c.lower, "limit", "lower");
  line(threshold, "threshold", "threshold");
  texts.sort((a, b) => a.at - b.at).forEach((t, i) => { if (i && t.at < texts[i - 1].at + 13) t.at = texts[i - 1].at + 13; });
  for (const t of texts) out.append(svg("text", { x: WIDE - RIGHT + 6, y: t.at + 4, class: t.kind }, t.text));
  for (const v of ticks(lo, hi, log)) {
    out.append(svg("text", { x: LEFT - 8, y: y(v) + 4, class: "tick", "text-anchor": "end" }, short(v)));
    out.append(svg("line", { x1: LEFT - 4, x2: LEFT, y1: y(v), y2: y(v), class: "axis" }));
  }
  out.append(svg("line", { x1: LEFT, x2: LEFT, y1: TOP, y2: high - BOTTOM, class: "axis" }), svg("line", { x1: LEFT, x2: WIDE - RIGHT, y1: high - BOTTOM, y2: high - BOTTOM, class: "axis" }));
  if (points.length) out.append(svg("text", { x: x(0), y: high - 8, class: "tick" }, points[0].day), svg("text", { x: x(points.length - 1), y: high - 8, class: "tick", "text-anchor": points.length > 1 ? "end" : "start" }, points.length > 1 ? points[points.length - 1].day : ""));
  const known = points.map((p, i) => ({ ...p, i })).filter((p) => p.value !== null);
  if (!small) out.append(svg("polyline", { points: known.map((p) => `${x(p.i)},${y(p.value)}`).join(" "), class: "path" }));
  for (const p of known) {
    const dot = svg("g", { class: "dot " + p.kind + (p.out ? " out" : ""), transform: `translate(${x(p.i)},${y(p.value)})`, ...(p.open ? { click: p.open } : {}) }, shape(p.kind), svg("title", {}, p.title));
    if (p.out) dot.prepend(svg("circle", { r: 9, class: "ring" }));
    out.append(dot);
  }
  return out;
}

// shape tells verdicts apart without colour, as the report does.
function shape(kind) {
  if (kind === "defective") return svg("path", { d: "M0 -5.5 L5.5 0 L0 5.5 L-5.5 0 Z" });
  if (kind === "unsure") return svg("path", { d: "M0 -5 L5 4.5 L-5 4.5 Z" });
  return svg("circle", { r: 4.2 });
}

function ticks(lo, hi, log) {
  if (log) {
    const out = [];
    for (let e = Math.ceil(lo / Math.LN10); e <= Math.floor(hi / Math.LN10); e++) out.push(10 ** e);
    return out.length ? out : [Math.exp(lo), Math.exp(hi)];
  }
  const raw = (hi - lo) / 4, unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * [1, 2, 5, 10].find((m) => m * unit >= raw);
  const out = [];
  for (let v = 0; v <= hi; v += step) out.push(v);
  return out;
}
