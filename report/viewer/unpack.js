// From base64 in a script element to typed arrays: see report/column.go.

async function unpack(id, columns) {
  const text = document.getElementById(id).textContent.trim();
  const raw = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const out = {};
  let at = 0;
  for (const c of columns) {
    const q = c.bytes === 2 ? new Uint16Array(c.n) : new Uint8Array(c.n);
    for (let i = 0; i < c.n; i++) {
      q[i] = c.bytes === 2 ? bytes[at + i] | (bytes[at + c.n + i] << 8) : bytes[at + i];
    }
    at += c.n * c.bytes;
    if (c.delta) for (let i = 1; i < c.n; i++) q[i] += q[i - 1]; // the array's width wraps
    out[c.name] = { q, lo: c.lo, step: c.step, n: c.n };
  }
  return out;
}

// Interleaves three coordinate columns for the graphics card.
function positions(columns, prefix) {
  const [x, y, z] = ["x", "y", "z"].map((a) => columns[prefix + a].q);
  const out = new Uint16Array(4 * x.length); // four for alignment
  for (let i = 0; i < x.length; i++) {
    out[4 * i] = x[i];
    out[4 * i + 1] = y[i];
    out[4 * i + 2] = z[i];
  }
  return out;
}
