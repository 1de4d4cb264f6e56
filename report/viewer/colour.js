// Colour maps: the anchors come with the page, from the same tables as the
// pictures, and are spread over 256 texels.

const MAPS = {};
const MAP_ROWS = ["heat", "inferno", "cividis", "coolwarm", "bands"];

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

function mapTexels() {
  const out = new Uint8Array(256 * MAP_ROWS.length * 4);
  MAP_ROWS.forEach((name, row) => {
    if (!MAPS[name]) return; // bands come with the scale
    const stops = MAPS[name].map(rgb);
    for (let i = 0; i < 256; i++) {
      const t = (i / 255) * (stops.length - 1);
      const k = Math.min(Math.floor(t), stops.length - 2);
      for (let c = 0; c < 3; c++) out[(row * 256 + i) * 4 + c] = Math.round(stops[k][c] + (t - k) * (stops[k + 1][c] - stops[k][c]));
      out[(row * 256 + i) * 4 + 3] = 255;
    }
  });
  return out;
}

// Bands of deviations over a scale that ends at span: the colour of each of 256 steps.
function bandTexels(bands, span) {
  const out = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    const d = ((i + 0.5) / 128 - 1) * span, band = bands.find((b) => b.to === null || d <= b.to);
    out.set([...rgb(band.color), 255], 4 * i);
  }
  return out;
}

function bandGradient(bands, span) {
  const at = (d) => `${(50 * (Math.max(-span, Math.min(span, d)) / span + 1)).toFixed(2)}%`;
  let from = -span;
  const stops = bands.map((b) => {
    const to = b.to === null ? span : b.to, stop = `${b.color} ${at(from)} ${at(to)}`;
    from = to;
    return stop;
  });
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

const mapGradient = (name) => `linear-gradient(to right, ${MAPS[name].join(", ")})`;

// Fixed colours, told apart with any colour vision (Okabe, Ito).
const KEY = { sound: "#9fb4ca", truth: "#d55e00", found: "#009e73", missed: "#cc79a7", alarm: "#e69f00", gap: "#0072b2", noReference: "#7d756b", stray: "#4a4744", clutter: "#b3aca3", ignored: "#9a94a8", unseen: "#c9c4bc" };

// Numbers as people read them: about three digits.
function short(v) {
  if (v === null || v === undefined || !isFinite(v)) return "–";
  const a = Math.abs(v);
  if (a === 0) return "0";
  if (a >= 1e6 || a < 1e-4) return v.toExponential(2);
  return a >= 100 ? v.toFixed(0) : v.toFixed(Math.min(6, 2 - Math.floor(Math.log10(a))));
}

// Round values for the ticks of a scale from lo to hi, with their text.
function ticks(lo, hi, about) {
  const span = hi - lo;
  if (!(span > 0)) return [[lo, short(lo)]];
  const raw = span / about, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const out = [];
  for (let i = Math.ceil(lo / step - 1e-9); i * step <= hi + 1e-9 * span; i++) out.push([i * step, i === 0 ? "0" : decimals > 5 || step >= 1e6 ? short(i * step) : (i * step).toFixed(decimals)]);
  return out;
}
