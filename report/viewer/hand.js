// The hand on the stage: mouse, touch and keys.

class Hand {
  constructor(stage) {
    this.stage = stage;
    this.camera = stage.camera;
    this.listen(stage.canvas);
  }
  listen(c) {
    const held = new Map();
    let moved = 0;
    const middle = () => [...held.values()].reduce((m, p) => [m[0] + p[0] / held.size, m[1] + p[1] / held.size], [0, 0]);
    const spread = () => { const [a, b] = [...held.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]) || 1; };
    c.addEventListener("pointerdown", (e) => {
      c.setPointerCapture(e.pointerId);
      held.set(e.pointerId, [e.clientX, e.clientY]);
      if (held.size === 1) moved = 0;
      c.focus({ preventScroll: true });
    });
    c.addEventListener("pointermove", (e) => {
      const from = held.get(e.pointerId);
      if (!from) return;
      const before = held.size === 2 ? [middle(), spread()] : null;
      held.set(e.pointerId, [e.clientX, e.clientY]);
      const dx = e.clientX - from[0], dy = e.clientY - from[1], h = c.clientHeight;
      moved += Math.abs(dx) + Math.abs(dy);
      if (before) {
        const m = middle();
        this.camera.zoom(before[1] / spread());
        this.camera.pan((m[0] - before[0][0]) / h, -(m[1] - before[0][1]) / h);
      } else if (e.buttons & 6 || e.shiftKey) this.camera.pan(dx / h, -dy / h);
      else if (moved > 3) this.camera.turn((dx / h) * 4, (dy / h) * 4);
    });
    const end = (e) => {
      if (!held.delete(e.pointerId) || e.type === "pointercancel" || held.size > 0) return;
      if (moved > 3 || e.button !== 0) return;
      const n = this.stage.pickAt(e.clientX, e.clientY);
      this.stage.choose(n);
      this.stage.picked(n);
    };
    c.addEventListener("pointerup", end);
    c.addEventListener("pointercancel", end);
    c.addEventListener("dblclick", () => this.camera.reset());
    c.addEventListener("contextmenu", (e) => e.preventDefault());
    c.addEventListener("wheel", (e) => {
      e.preventDefault();
      this.camera.zoom(Math.exp(Math.max(-60, Math.min(60, e.deltaMode ? e.deltaY * 20 : e.deltaY)) * 0.004));
    }, { passive: false });
    c.addEventListener("keydown", (e) => this.key(e));
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const cam = this.camera, d = 0.12;
    const turns = { ArrowLeft: [-d, 0], ArrowRight: [d, 0], ArrowUp: [0, -d], ArrowDown: [0, d] }[e.key];
    if (turns) e.shiftKey ? cam.pan(turns[0] * 0.4, -turns[1] * 0.4) : cam.turn(...turns);
    else if (e.key === "+" || e.key === "=") cam.zoom(0.87);
    else if (e.key === "-") cam.zoom(1.15);
    else if (e.key === "0" || e.key === "Home") cam.reset();
    else if (e.key === "," || e.key === ".") cam.roll(e.key === "," ? d : -d);
    else return;
    e.preventDefault();
  }
}
