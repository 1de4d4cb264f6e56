// The camera: a rotation from the scan's frame to the eye's, the point looked
// at, and the distance. Quaternions are [w, x, y, z].

const FIELD = Math.tan((35 * Math.PI) / 360); // of half the vertical angle

function qmul(a, b) {
  return [
    a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
    a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
    a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
    a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
  ];
}

function qaxis(x, y, z, angle) {
  const s = Math.sin(angle / 2);
  return [Math.cos(angle / 2), x * s, y * s, z * s];
}

// Rows of the rotation matrix.
function qmat(q) {
  const [w, x, y, z] = q;
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const length = (a) => Math.hypot(...a);
const unit = (a) => a.map((v) => v / (length(a) || 1));

// The rotation under which `from` (a direction in the scan's frame) looks at the
// viewer, with `up` upwards on the screen as far as possible.
function facing(from, up) {
  const z = unit(from);
  let x = cross(up, z);
  x = length(x) < 1e-3 ? unit(cross([0, 1, 0], z)) : unit(x);
  const y = cross(z, x);
  return qfrom([x, y, z]);
}

// The rotation with these rows.
function qfrom(m) {
  const t = m[0][0] + m[1][1] + m[2][2];
  if (t > 0) {
    const s = 2 * Math.sqrt(1 + t);
    return [s / 4, (m[2][1] - m[1][2]) / s, (m[0][2] - m[2][0]) / s, (m[1][0] - m[0][1]) / s];
  }
  const i = m[0][0] > m[1][1] ? (m[0][0] > m[2][2] ? 0 : 2) : m[1][1] > m[2][2] ? 1 : 2;
  const j = (i + 1) % 3, k = (i + 2) % 3;
  const s = 2 * Math.sqrt(Math.max(1e-12, 1 + m[i][i] - m[j][j] - m[k][k]));
  const q = [(m[k][j] - m[j][k]) / s, 0, 0, 0];
  q[1 + i] = s / 4;
  q[1 + j] = (m[j][i] + m[i][j]) / s;
  q[1 + k] = (m[k][i] + m[i][k]) / s;
  return q;
}

class Camera {
  constructor(changed) {
    this.changed = changed;
    this.q = [1, 0, 0, 0];
    this.target = [0, 0, 0];
    this.distance = 3;
    this.radius = 1;
    this.flight = 0;
  }
  // Looks at a whole object of the given radius around 0.
  home(radius, direction, reach) {
    this.radius = radius;
    this.reach = Math.max(radius, reach || 0); // of all that is drawn
    this.rest = { q: facing(direction, [0, 0, 1]), target: [0, 0, 0], distance: radius / Math.sin(Math.atan(FIELD)) * 1.06 };
    Object.assign(this, this.rest);
    this.stop();
  }
  // Looks from a side of the part, as rows of the eye's directions in its frame; turn takes
  // the scan to that frame.
  from(side, turn) {
    this.rest = { ...this.rest, q: qfrom(side.map((m) => [0, 1, 2].map((k) => m[0] * turn[k] + m[1] * turn[3 + k] + m[2] * turn[6 + k]))) };
    Object.assign(this, this.rest);
    this.stop();
  }
  reset() { this.fly(this.rest); }
  turn(dx, dy) {
    this.q = qmul(qmul(qaxis(1, 0, 0, dy), qaxis(0, 1, 0, dx)), this.q);
    this.q = this.q.map((v) => v / Math.hypot(...this.q));
    this.stop();
  }
  roll(angle) {
    this.q = qmul(qaxis(0, 0, 1, angle), this.q);
    this.stop();
  }
  // dx, dy in heights of the picture
  pan(dx, dy) {
    const m = qmat(this.q), s = 2 * FIELD * this.distance;
    for (let i = 0; i < 3; i++) this.target[i] -= s * (dx * m[0][i] + dy * m[1][i]);
    this.target = [...this.target];
    this.stop();
  }
  zoom(factor) {
    this.distance = Math.min(Math.max(this.distance * factor, this.radius * 0.05), this.radius * 40);
    this.stop();
  }
  stop() {
    this.flight++;
    this.flying = false;
    this.changed();
  }
  // Moves to another view within a third of a second, at once where motion is unwanted.
  fly(to) {
    const from = { q: this.q, target: this.target, distance: this.distance };
    this.flying = true;
    const flight = ++this.flight, start = performance.now();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const sign = from.q.reduce((s, v, i) => s + v * to.q[i], 0) < 0 ? -1 : 1;
    const step = (now) => {
      if (flight !== this.flight) return;
      const t = calm ? 1 : Math.min(1, Math.max(0, (now - start) / 350)), e = t * t * (3 - 2 * t);
      const q = from.q.map((v, i) => v + e * (sign * to.q[i] - v));
      this.q = q.map((v) => v / Math.hypot(...q));
      this.target = from.target.map((v, i) => v + e * (to.target[i] - v));
      this.distance = from.distance * (to.distance / from.distance) ** e;
      this.flying = t < 1;
      this.changed();
      if (t < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    this.changed();
  }
  flyTo(point, radius) {
    const direction = length(point) > 1e-3 * this.radius ? point : [1, -1, 1];
    const q = facing(direction, [0, 0, 1]);
    this.fly({ q, target: point, distance: Math.max((radius / FIELD) * 2.2, this.radius * 0.4) });
  }
  eye(p) {
    const m = qmat(this.q), d = sub(p, this.target);
    return [dot(m[0], d), dot(m[1], d), dot(m[2], d) - this.distance];
  }
}
