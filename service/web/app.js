// The page: which part, which tab, who is here.

import { ask, send, el, told } from "./api.js";
import { showScans } from "./scans.js";
import { showTrends } from "./trends.js";
import { showDefects } from "./defects.js";
import { showModels, showFirst } from "./models.js";

const $ = (id) => document.getElementById(id);
const TABS = { scans: showScans, trends: showTrends, defects: showDefects, models: showModels };

const page = {
  session: null, parts: [], part: "", tab: "scans", scan: "",
  can(role) { return ["nobody", "read", "judge", "admin"].indexOf(this.session.role) >= ["nobody", "read", "judge", "admin"].indexOf(role); },
  go(change) {
    Object.assign(this, { scan: "" }, change);
    location.hash = ["", this.part, this.tab, this.scan].map(encodeURIComponent).join("/").replace(/\/+$/, "");
  },
  info() { return this.parts.find((p) => p.part === this.part); },
  async refresh() { this.parts = (await ask("/api/v1/parts")).parts; listParts(); },
};

function listParts() {
  const names = page.parts.map((p) => p.part);
  if (page.part && !names.includes(page.part)) names.push(page.part);
  $("part").replaceChildren(...names.map((n) => el("option", { value: n }, n)), ...(page.can("admin") ? [el("option", { value: "" }, "New part …")] : []));
  $("part").value = page.part;
  $("part-label").hidden = names.length === 0;
  $("tabs").hidden = names.length === 0;
}

// route shows what the address names.
let turn = 0, leave = null;
async function route() {
  const [, part, tab, scan] = location.hash.replace(/^#/, "").split("/").map((s) => { try { return decodeURIComponent(s); } catch { return ""; } });
  Object.assign(page, { part: part || page.parts[0]?.part || "", tab: TABS[tab] ? tab : "scans", scan: scan ?? "" });
  listParts();
  const mine = ++turn;
  leave?.();
  leave = null;
  for (const a of $("tabs").children) {
    a.href = "#/" + encodeURIComponent(page.part) + "/" + a.dataset.tab;
    a.dataset.tab === page.tab ? a.setAttribute("aria-current", "page") : a.removeAttribute("aria-current");
  }
  document.title = page.part ? `${page.part} – Blemish` : "Blemish";
  const main = $("main");
  try {
    const [nodes, stop] = page.part ? await TABS[page.tab](page) : await showFirst(page);
    if (mine !== turn) return stop?.();
    leave = stop ?? null;
    main.replaceChildren(...nodes);
    main.dataset.shown = page.tab + (page.scan ? "/" + page.scan : "");
  } catch (err) {
    if (mine !== turn) return;
    if (err.status === 401) return start();
    main.replaceChildren(el("section", { class: "narrow" }, el("h2", {}, "This cannot be shown"), el("p", {}, err.message), el("p", {}, el("button", { click: () => route() }, "Try again"))));
  }
}

function askForToken() {
  const field = el("input", { type: "password", id: "token", autocomplete: "off", required: true });
  const begin = (e) => {
    e.preventDefault();
    told(async () => { await send("/api/v1/session", "POST", { token: field.value }); await start(); });
  };
  $("tabs").hidden = $("part-label").hidden = true;
  $("main").replaceChildren(el("section", { class: "narrow" }, el("h2", {}, "Who are you?"),
    el("p", { class: "about" }, "This service asks for a token. Whoever runs it makes one with “blemish serve token”."),
    el("form", { submit: begin, class: "row" }, el("label", {}, "Token ", field), el("button", { class: "main" }, "Sign in"))));
  $("main").dataset.shown = "token";
}

async function start() {
  page.session = await ask("/api/v1/session");
  const who = $("who");
  who.replaceChildren();
  if (page.session.tokens && page.session.role !== "nobody") {
    who.append(`${page.session.name} (${page.session.role}) `, el("button", { class: "plain", click: () => told(async () => { await ask("/api/v1/session", { method: "DELETE" }); await start(); }) }, "Sign out"));
  }
  if (page.session.role === "nobody") return askForToken();
  await page.refresh();
  await route();
}

$("part").addEventListener("change", async (e) => {
  if (e.target.value) return page.go({ part: e.target.value });
  listParts();
  const [nodes] = await showFirst(page);
  turn++;
  leave?.();
  leave = null;
  $("main").replaceChildren(...nodes);
});
addEventListener("hashchange", route);
start().catch((err) => { $("main").replaceChildren(el("section", { class: "narrow" }, el("h2", {}, "Nothing here yet"), el("p", {}, err.message))); });
