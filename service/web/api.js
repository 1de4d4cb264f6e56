// Asking the service, and making elements. Text from outside goes into text nodes alone.

export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

// ask sends a request and returns the document; a refusal is an error with its reason.
export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...options });
  } catch {
    throw new Refused(0, "The service does not answer. Is it running?");
  }
  const text = await answer.text();
  let doc = null;
  try { doc = JSON.parse(text); } catch { /* told below */ }
  if (!answer.ok) throw new Refused(answer.status, doc?.error ?? `The service answered with ${answer.status}.`);
  return doc;
}

export const send = (path, method, doc) => ask(path, { method, body: JSON.stringify(doc), headers: { "Content-Type": "application/json" } });

// partPath is the address of something of a part.
export const partPath = (part, rest) => `/api/v1/parts/${encodeURIComponent(part)}/${rest}`;

// el makes an element: attributes, functions for events, then children.
export function el(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key, value);
    else if (key === "class") node.className = value;
    else if (key === "value") node.value = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(name, props = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(props)) typeof value === "function" ? node.addEventListener(key, value) : node.setAttribute(key, value);
  node.append(...children.flat());
  return node;
}

const WORDS = { sound: "Sound", defective: "Defective", unsure: "Unsure", failed: "Failed", waiting: "Waiting", running: "Being judged" };
export const verdict = (v) => el("span", { class: "verdict " + v }, WORDS[v] ?? v);

// short is a number with about three digits; a dash where there is none.
export function short(n) {
  if (n === null || n === undefined) return "–";
  const a = Math.abs(n);
  if (a === 0) return "0";
  if (a >= 1e6 || a < 1e-3) return n.toExponential(1);
  return a >= 100 ? n.toFixed(0) : n.toPrecision(3);
}

export const when = (t) => new Date(t).toLocaleString([], { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
export const count = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

let fading;
export function toast(text) {
  const t = document.getElementById("toast");
  t.textContent = text;
  t.className = "shown";
  clearTimeout(fading);
  fading = setTimeout(() => { t.className = ""; }, 6000);
}

// told runs an action and shows why it was refused.
export async function told(action) {
  try {
    return await action();
  } catch (err) {
    toast(err.message);
    return null;
  }
}
