// The panel around the stage: the list of scans, the controls, the regions and
// the facts of a picked point.

const WORDS = { sound: "Sound", defective: "Defective", unsure: "Unsure" };

class Panel {
  constructor(page) {
    this.page = page;
    this.stage = new Stage(page, (n) => this.card(n));
    this.buttons = [...document.querySelectorAll("[data-scan]")];
    for (const b of this.buttons) b.addEventListener("click", (e) => { e.preventDefault(); this.open(Number(b.dataset.scan), b.dataset.jump !== undefined); });
    this.control("left", "change", (v) => this.colour(v));
    this.control("right", "change", (v) => this.set({ right: v }));
    this.control("map", "change", (v) => this.set({ map: v }));
    this.control("dot", "input", (v) => this.set({ dot: Number(v) }));
    this.control("threshold", "input", (v) => this.set({ threshold: Number(v), moved: true }));
    this.control("span", "change", (v) => this.set({ span: Number(v) > 0 ? Number(v) : this.page.signedHi }));
    $("greys").addEventListener("change", (e) => { this.stage.state.greys[this.stage.state.left] = e.target.checked; this.refresh(); });
    $("gap").addEventListener("change", (e) => this.set({ gap: e.target.checked }));
    $("unseen").addEventListener("change", (e) => this.set({ unseen: e.target.checked }));
    $("other").addEventListener("change", (e) => this.set({ other: e.target.checked }));
    $("bands").addEventListener("change", (e) => this.set({ bands: e.target.checked }));
    $("same").addEventListener("change", (e) => this.set({ same: e.target.checked }));
    $("same-label").hidden = page.scans.filter((s) => s.turn).length < 2;
    $("default").addEventListener("click", () => { const limit = this.stage.limit(); $("threshold").value = limit; this.set({ threshold: limit, moved: false }); });
    $("reset").addEventListener("click", () => this.stage.camera.reset());
    $("nearer").addEventListener("click", () => this.stage.camera.zoom(0.8));
    $("farther").addEventListener("click", () => this.stage.camera.zoom(1.25));
    document.addEventListener("keydown", (e) => {
      if (e.target.matches("input, select, textarea") || e.ctrlKey || e.metaKey || e.altKey) return;
      if (e.key === "n" || e.key === "p") this.step(e.key === "n" ? 1 : -1);
    });
  }
  control(id, event, act) { $(id).addEventListener(event, (e) => act(e.target.value)); }
  set(change) {
    Object.assign(this.stage.state, change);
    this.refresh();
  }
  step(by) {
    const n = this.page.scans.length;
    this.open((this.stage.scan.id + by + n) % n);
  }
  colour(what) {
    $("greys").checked = this.stage.state.greys[what] ?? false;
    this.set({ left: what });
  }

  async open(id, jump) {
    const scan = this.page.scans[id];
    $("stage").dataset.busy = "";
    for (const b of this.buttons) Number(b.dataset.scan) === id ? b.setAttribute("aria-current", "true") : b.removeAttribute("aria-current");
    if (jump) $("inspect").scrollIntoView({ block: "start" });
    if (!(await this.stage.show(scan))) return;
    this.choices(scan);
    this.facts(scan);
    this.card(null);
    this.refresh();
    delete $("stage").dataset.busy;
    $("stage").dataset.scan = id;
    this.reveal(this.buttons.find((b) => Number(b.dataset.scan) === id && b.dataset.jump === undefined));
    try { history.replaceState(null, "", "#scan=" + (id + 1)); } catch { /* some browsers forbid it for files */ }
  }

  // Moves the list alone: the page stays where its reader is.
  reveal(button) {
    const list = button?.closest(".scans");
    if (!list) return;
    const [b, l] = [button.getBoundingClientRect(), list.getBoundingClientRect()];
    list.scrollTop += Math.min(0, b.top - l.top) + Math.max(0, b.bottom - l.bottom);
    list.scrollLeft += Math.min(0, b.left - l.left) + Math.max(0, b.right - l.right);
  }

  // What can be coloured depends on the scan; a choice that is there still stays.
  choices(scan) {
    const has = (name) => scan.columns.some((c) => c.name === name);
    const left = ["score", has("signed") && "signed", ...(scan.truth ? ["truth", "agree"] : []), ...scan.terms.map((t) => "term:" + t.name)].filter(Boolean);
    const right = ["none", ...(scan.reference >= 0 ? ["reference"] : []), ...left];
    const s = this.stage.state;
    if (!left.includes(s.left)) this.colour("score");
    if (!this.touched || !right.includes(s.right)) s.right = scan.truth ? "truth" : has("signed") ? "signed" : scan.reference >= 0 ? "reference" : "none";
    this.touched = true;
    for (const [id, list, value] of [["left", left, s.left], ["right", right, s.right]]) {
      $(id).replaceChildren(...list.map((v) => node("option", { value: v, text: title(v) })));
      $(id).value = value;
    }
    $("gap-label").hidden = scan.missing === 0;
    $("unseen-label").hidden = scan.unseen === 0;
    $("other-label").hidden = Object.keys(scan.sets || {}).length === 0;
    const step = scan.columns.find((c) => c.name === "score").step;
    const t = $("threshold");
    [t.min, t.max, t.step] = [0, this.page.scoreHi, step * Math.max(1, Math.round((0.01 * this.stage.limit()) / step))];
    t.value = s.threshold;
  }

  refresh() {
    const { state, scan } = this.stage, n = this.stage.marked();
    $("threshold-value").textContent = state.threshold.toFixed(2);
    $("marked").textContent = n.toLocaleString("en");
    $("marked").dataset.n = n;
    $("of").textContent = `of ${scan.shown.toLocaleString("en")} points are at or above it (${((100 * n) / Math.max(1, scan.shown)).toFixed(n && n < scan.shown / 100 ? 2 : 1)} %)`;
    $("default").hidden = !state.moved;
    $("default").textContent = "back to " + (scan.limit === null ? "" : "the threshold ") + this.stage.limit().toFixed(2);
    $("bands-label").hidden = !this.page.bands || (state.left !== "signed" && state.right !== "signed");
    if (this.page.bands && this.banded !== state.span) this.stage.renderer.setBands(this.page.bands, (this.banded = state.span));
    $("span-label").hidden = state.left !== "signed" && state.right !== "signed";
    $("span").value = Number(state.span.toPrecision(3));
    $("stage").dataset.views = state.right === "none" ? 1 : 2;
    legend("legend-left", state.left, this.stage, this.page);
    legend("legend-right", state.right, this.stage, this.page);
    this.stage.redraw();
  }

  facts(scan) {
    const verdict = $("verdict");
    verdict.className = "verdict " + scan.verdict;
    verdict.textContent = WORDS[scan.verdict] ?? "";
    verdict.hidden = !scan.verdict; // a detector may give scores alone
    $("scan-title").textContent = scan.title;
    $("scan-about").textContent = [scan.class, scan.kind && "truth: " + scan.kind, scan.detector].filter(Boolean).join(" · ");
    $("scan-reason").textContent = scan.reason || "";
    $("scan-score").textContent = scan.score === null ? "–" : scan.score < 1e5 ? scan.score.toFixed(2) : short(scan.score);
    $("scan-limit").textContent = scan.limit === null ? "" : "threshold " + scan.limit.toFixed(2);
    $("scan-told").textContent = scan.told || "";
    $("scan-points").textContent = scan.shown < scan.points
      ? `${scan.shown.toLocaleString("en")} of ${scan.points.toLocaleString("en")} points shown: all marked ones as far as they fit, the others thinned evenly.`
      : `${scan.points.toLocaleString("en")} points, all shown.`;
    const body = $("regions");
    body.replaceChildren();
    scan.regions.forEach((r, i) => {
      const go = node("button", { type: "button", class: "go", "aria-label": `Fly to region ${i + 1}`, title: "Fly to this region" }, node("span", { class: "pin still", text: i + 1 }), " ", r.kind);
      const depth = r.depth === null || r.depth === 0 ? "–" : short(r.depth) + (r.depth95 === null ? "" : ` (95 %: ${short(r.depth95)})`);
      const row = node("tr", {}, node("td", {}, go), node("td", { text: short(r.area) }), node("td", { text: depth }), node("td", { text: (r.peak ?? NaN).toFixed(2) }));
      if (r.zone) row.title = "in the zone " + r.zone;
      row.addEventListener("click", () => this.stage.camera.flyTo(this.stage.scene(r.center), r.radius));
      body.append(row);
    });
    $("regions-title").textContent = scan.regions.some((r) => r.below) ? "Below the threshold" : "Regions";
    $("no-regions").hidden = scan.regions.length > 0;
    $("region-table").hidden = scan.regions.length === 0;
    const fit = scan.fit, list = $("fit");
    list.replaceChildren();
    const fact = (name, value, about) => list.append(node("dt", { text: name, title: about }), node("dd", { text: value }));
    fact("On the part", fit.overlap === null ? "–" : (100 * fit.overlap).toFixed(1) + " %", "share of the scan that lies on the sound part");
    if (fit.covered) fact("Part shown", (100 * fit.covered).toFixed(1) + " %", "share of the sound part that the scan shows");
    fact("Mean distance", withUnit(short(fit.residual), this.page.unit) + (fit.expected ? `, usual ${withUnit(short(fit.expected), this.page.unit)}` : ""), "trimmed mean distance after alignment, in the scan's unit");
    fact("Pose", fit.ambiguous ? "not unique" + (fit.symmetry ? ` (${fit.symmetry})` : "") : "unique", "whether other poses explain the scan as well");
  }

  // What is known of the picked point.
  card(index) {
    const host = $("card"), scan = this.stage.scan, c = this.stage.columns;
    host.hidden = index === null;
    if (index === null) return host.replaceChildren();
    const list = node("dl", {}), fact = (name, value, id) => list.append(node("dt", { text: name }), node("dd", id ? { text: value, id } : { text: value }));
    const kind = this.stage.kindOf(index), set = kind ? 0 : c.set?.q[index];
    if (kind === "m") fact("Missing", "The sound part has surface here, the scan has none.");
    else if (kind === "u") fact("Not seen", "The sound part has surface here that this scan could not show.");
    else if (set) fact("Not judged", OTHERS[["", "noReference", "stray", "clutter", "ignored"][set]]);
    else {
      const score = c.score.q[index] * c.score.step;
      fact("Score", score.toFixed(2) + (score >= this.stage.state.threshold ? " – marked" : ""), "card-score");
      if (c.signed) {
        const d = c.signed.lo + c.signed.q[index] * c.signed.step;
        fact("Deviation", `${d > 0 ? "+" : ""}${withUnit(short(Math.abs(d) < c.signed.step / 2 ? 0 : d), this.page.unit)} (${d > 0 ? "outside" : "inside"})`);
      }
      if (c.label) fact("Truth", c.label.q[index] > 0 ? "defect" : "sound");
      for (const t of scan.terms) fact(part(t.name), short(c["term:" + t.name].lo + c["term:" + t.name].q[index] * c["term:" + t.name].step));
    }
    const digits = Math.max(0, Math.min(9, Math.ceil(-Math.log10(scan.spacing / 20))));
    const at = this.stage.place(index).map((v, i) => v + this.stage.middle[i] + scan.lo[i] + scan.origin[i]);
    fact("Place" + (this.page.unit ? `, ${this.page.unit}` : ""), at.map((v) => v.toFixed(digits)).join(", "));
    const close = node("button", { type: "button", class: "close", "aria-label": "Close", text: "×" });
    close.addEventListener("click", () => { this.stage.choose(null); this.card(null); });
    host.replaceChildren(close, list);
  }
}
