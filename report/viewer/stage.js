// The stage: one canvas with one or two linked views, what is drawn in them, and
// labels over them.

const $ = (id) => document.getElementById(id);
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

class Stage {
  constructor(page, picked) {
    this.page = page;
    this.picked = picked;
    this.canvas = $("canvas");
    this.renderer = new Renderer(this.canvas);
    this.camera = new Camera(() => this.redraw(true));
    this.state = { left: "score", right: "none", threshold: 1, greys: { score: true }, gap: true, unseen: true, other: true, span: page.signedHi, bands: !!page.bands, same: false, map: "heat", dot: 1 };
    this.references = new Map();
    this.loading = 0;
    this.pins = [];
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
    new Hand(this);
  }

  // Shows a scan; a later call overtakes one that still unpacks.
  async show(scan) {
    const turn = ++this.loading;
    if (this.state.same) this.keepSide();
    const columns = await unpack("data-" + scan.id, scan.columns);
    const reference = scan.reference >= 0 ? await this.reference(scan.reference) : null;
    if (turn !== this.loading) return false;
    if (this.cloud) [this.cloud, this.gap, this.hidden].forEach((b) => b && this.renderer.release(b));
    this.scan = scan;
    this.columns = columns;
    this.middle = scan.middle;
    this.cloud = this.renderer.upload(this.arrays(columns));
    this.gap = scan.missing > 0 ? this.renderer.upload({ place: positions(columns, "m") }) : null;
    this.hidden = scan.unseen > 0 ? this.renderer.upload({ place: positions(columns, "u") }) : null;
    this.ghost = reference;
    if (!this.state.moved) this.state.threshold = this.limit();
    this.chosen = null;
    const side = this.side;
    this.camera.home(scan.radius || 1, scan.look, scan.reach);
    if (this.state.same && side && scan.turn) this.camera.from(side, scan.turn);
    this.pinRegions();
    return true;
  }

  // What points are marked from before anyone moves the slider: the scan's threshold, and
  // where it has none the largest score of sound scans.
  limit() { return this.scan.limit ?? 1; }

  arrays(columns) {
    const out = { place: positions(columns, "") };
    for (const [name, c] of Object.entries(columns)) {
      if (name === "score" || name === "label" || name === "set" || name === "signed" || name.startsWith("term:")) out[name] = c.q;
    }
    if (columns.nu) {
      out.oct = new Uint8Array(2 * columns.nu.n);
      for (let i = 0; i < columns.nu.n; i++) [out.oct[2 * i], out.oct[2 * i + 1]] = [columns.nu.q[i], columns.nv.q[i]];
    }
    return out;
  }

  async reference(index) {
    if (!this.references.has(index)) {
      const ref = this.page.references[index];
      const columns = await unpack("reference-" + index, ref.columns);
      this.references.set(index, { ref, step: columns.x.step, count: columns.x.n, buffers: this.renderer.upload(this.arrays(columns)) });
    }
    return this.references.get(index);
  }

  // Places in the scene stand around the middle of the scan's box.
  scene(stored) { return sub(stored, this.scan.lo).map((v, i) => v - this.middle[i]); }

  // Numbers of points: those of the scan, then missing surface, then what was not seen.
  kindOf(index) { return index < this.scan.shown ? "" : index < this.scan.shown + this.scan.missing ? "m" : "u"; }

  place(index) {
    const prefix = this.kindOf(index), i = index - { "": 0, m: this.scan.shown, u: this.scan.shown + this.scan.missing }[prefix];
    return ["x", "y", "z"].map((a, k) => this.columns[prefix + a].q[i] * this.columns[prefix + a].step - this.middle[k]);
  }

  parts(what) {
    const s = this.state, scan = this.scan, c = this.columns, out = [];
    const base = { shift: this.middle.map((v) => -v), pose: IDENTITY, first: 0, ring: false, value: "score", scale: [0, 0], row: 0,
      greys: s.greys[what] ?? false, threshold: this.thresholdSteps(), others: s.other, radius: scan.spacing * 1.15 * s.dot };
    if (what === "reference" && this.ghost) {
      const m = scan.pose, t = this.scene([m[3], m[7], m[11]]), lo = this.ghost.ref.lo;
      const pose = [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]];
      const shift = [0, 1, 2].map((i) => t[i] + dot(pose.slice(3 * i, 3 * i + 3), lo));
      out.push({ ...base, buffers: this.ghost.buffers, count: this.ghost.count, step: this.ghost.step, shift, pose, mode: 3,
        radius: this.ghost.ref.spacing * 1.15 * s.dot, first: 1 << 23 });
    } else {
      const part = { ...base, buffers: this.cloud, count: scan.shown, step: c.x.step, mode: 0, row: MAP_ROWS.indexOf(s.map) };
      const scale = this.scale(what);
      if (what === "truth") part.mode = 1;
      else if (what === "agree") part.mode = 2;
      else {
        part.value = what;
        part.row = MAP_ROWS.indexOf(scale.map);
        part.scale = [c[what].step / (scale.hi - scale.lo || 1), (c[what].lo - scale.lo) / (scale.hi - scale.lo || 1)];
      }
      out.push(part);
    }
    if (this.gap && s.gap) out.push({ ...base, buffers: this.gap, count: scan.missing, step: c.mx.step, ring: true, radius: scan.spacing * 0.42 * s.dot, first: scan.shown, mode: 0 });
    if (this.hidden && s.unseen && what !== "reference") out.push({ ...base, buffers: this.hidden, count: scan.unseen, step: c.ux.step, radius: (scan.coarse || scan.spacing) * 0.32 * s.dot, first: scan.shown + scan.missing, mode: 4 });
    return out;
  }

  // Ends and colour map of what is shown; null for labels.
  scale(what) {
    const scan = this.scan;
    if (what === "score") return { lo: 0, hi: this.page.scoreHi, map: this.state.map };
    if (what === "signed") return { lo: -this.state.span, hi: this.state.span, map: this.state.bands ? "bands" : "coolwarm" };
    if (what.startsWith("term:")) return { ...scan.terms.find((t) => "term:" + t.name === what), map: this.state.map };
    return null;
  }

  thresholdSteps() {
    return Math.max(0, Math.round(this.state.threshold / this.columns.score.step));
  }

  // How many shown points are at or over the threshold.
  marked() {
    const limit = this.thresholdSteps();
    let n = 0;
    const set = this.columns.set?.q;
    this.columns.score.q.forEach((q, i) => { if (q >= limit && !(set && set[i])) n++; });
    return n;
  }

  layout() {
    const box = this.canvas.getBoundingClientRect(), dpr = window.devicePixelRatio || 1;
    this.ratio = Math.min(dpr < 1.5 ? dpr * 1.5 : dpr, 2.5) * (this.coarse ? 0.5 : 1);
    const w = Math.max(2, Math.round(box.width * this.ratio)), h = Math.max(2, Math.round(box.height * this.ratio));
    if (this.canvas.width !== w || this.canvas.height !== h) [this.canvas.width, this.canvas.height] = [w, h];
    this.renderer.resize(w, h);
    const two = this.state.right !== "none", half = Math.floor(w / 2);
    const rects = two ? [[0, 0, half, h], [half, 0, w - half, h]] : [[0, 0, w, h]];
    const dot = (0.35 * this.scan.spacing * h) / (2 * FIELD * this.camera.distance); // a third of the spacing in pixels
    return rects.map((rect, i) => ({ rect, dot, smallest: 1.6 * this.ratio, parts: this.parts(i ? this.state.right : this.state.left) }));
  }

  // The side from which the part is seen, whatever pose its scan stands in: rows of the
  // eye's directions in the part's frame. It is kept where the next scan has no pose.
  keepSide() {
    if (!this.scan?.turn) return;
    const t = this.scan.turn, rows = [t.slice(0, 3), t.slice(3, 6), t.slice(6, 9)];
    this.side = qmat(this.camera.q).map((m) => rows.map((r) => dot(m, r)));
  }

  // Draws with the next frame. A machine that is slow at it gets a coarser picture
  // while the view moves, and the fine one when it rests.
  redraw(hurried = false) {
    this.hurried ||= hurried;
    if (!this.scan || this.waiting) return;
    this.waiting = true;
    $("stage").dataset.moving = "";
    requestAnimationFrame((now) => {
      const pace = now - (this.drawn ?? -1e9);
      this.drawn = now;
      if (pace < 1000) this.slow = 0.7 * (this.slow ?? 20) + 0.3 * pace;
      this.draw(this.hurried && pace < 300 && this.slow > 60);
      this.hurried = false;
      this.waiting = false;
      clearTimeout(this.resting);
      this.resting = setTimeout(() => {
        if (this.waiting) return; // the frame to come looks after it
        if (this.coarse) this.draw(false);
        if (!this.camera.flying) delete $("stage").dataset.moving;
      }, 120);
    });
  }
  draw(coarse) {
    this.coarse = coarse;
    this.views = this.layout();
    this.renderer.draw(this.camera, this.views, 1.5 * this.scan.spacing + 0.006 * this.camera.radius);
    this.placePins();
  }

  // Numbered labels at the regions and a ring at the picked point, in every view.
  pinRegions() {
    const host = $("pins");
    host.replaceChildren();
    this.pins = [];
    const places = this.scan.regions.map((r) => this.scene(r.center)); // both views have the same
    for (let view = 0; view < 2; view++) {
      this.scan.regions.slice(0, 20).forEach((r, i) => this.addPin(host, view, places[i], "pin", String(i + 1), r.radius));
    }
  }
  addPin(host, view, at, kind, text, radius = 0) {
    const el = document.createElement("span");
    el.className = kind;
    el.textContent = text;
    host.append(el);
    this.pins.push({ el, view, at, kind, radius });
  }
  choose(index) {
    this.pins.filter((p) => p.kind === "ring").forEach((p) => p.el.remove());
    this.pins = this.pins.filter((p) => p.kind !== "ring");
    this.chosen = index;
    if (index !== null) for (let view = 0; view < 2; view++) this.addPin($("pins"), view, this.place(index), "ring", "");
    this.placePins();
  }
  placePins() {
    if (!this.views) return;
    const covered = this.covered();
    for (const pin of this.pins) {
      const view = this.views[pin.view];
      pin.el.hidden = !view;
      if (!view) continue;
      const [x, y] = this.project(pin.at, view);
      pin.el.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
      if (pin.kind === "pin") pin.el.classList.toggle("behind", covered.has(pin.at));
    }
  }
  // Places of pins that have surface between them and the eye: points that lie clearly
  // nearer, within two spacings of the line of sight.
  covered() {
    const out = new Set(), c = this.columns, pins = this.pins.filter((p) => p.kind === "pin" && p.view === 0);
    if (pins.length === 0) return out;
    const m = qmat(this.camera.q), stride = Math.ceil(this.scan.shown / 15000), near = (2 * this.scan.spacing) ** 2 * stride;
    const target = pins.map((p) => ({ at: p.at, eye: this.camera.eye(p.at), margin: 4 * this.scan.spacing + 0.7 * p.radius, n: 0 }));
    for (let i = 0; i < this.scan.shown; i += stride) {
      if (c.set?.q[i] && !this.state.other) continue;
      const d = [c.x.q[i] * c.x.step - this.middle[0] - this.camera.target[0], c.y.q[i] * c.y.step - this.middle[1] - this.camera.target[1], c.z.q[i] * c.z.step - this.middle[2] - this.camera.target[2]];
      const z = dot(m[2], d) - this.camera.distance;
      if (z >= 0) continue;
      const x = dot(m[0], d), y = dot(m[1], d);
      for (const t of target) {
        if (z - t.eye[2] < t.margin) continue;
        const s = z / t.eye[2];
        if ((x - s * t.eye[0]) ** 2 + (y - s * t.eye[1]) ** 2 < near) t.n++;
      }
    }
    for (const t of target) if (t.n >= 3) out.add(t.at);
    return out;
  }
  // Pixels of the page within the canvas, from its upper left corner.
  project(at, view) {
    const [x0, y0, w, h] = view.rect, e = this.camera.eye(at), f = (Math.min(1, w / h) / FIELD) * (h / 2);
    return [(x0 + w / 2 + (f * e[0]) / -e[2]) / this.ratio, (this.canvas.height - y0 - h / 2 - (f * e[1]) / -e[2]) / this.ratio];
  }

  // Picks at a place of the page; null where there is nothing.
  pickAt(clientX, clientY) {
    const box = this.canvas.getBoundingClientRect();
    const x = Math.round((clientX - box.left) * this.ratio), y = Math.round((box.bottom - clientY) * this.ratio);
    const n = this.renderer.at(this.camera, this.views, x, y, Math.round(6 * this.ratio));
    this.redraw();
    return n >= 0 && n < this.scan.shown + this.scan.missing + this.scan.unseen ? n : null;
  }
}
