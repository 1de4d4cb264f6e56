// Drawing with WebGL2: points as small discs that lie in the surface, a second
// pass that darkens behind edges (eye-dome lighting, Boucheny 2009), and a
// hidden picture of point numbers for picking.

const VERTEX = `
in vec4 place; in float score; in float value; in float label; in vec2 oct; in float set;
uniform float stepSize, distance, radius, pixels, smallest;
uniform vec3 shift, target; uniform mat3 pose, turn; uniform vec4 lens; uniform bool lit, others;
flat out float vScore, vValue, vLabel, vSet; flat out vec3 vNormal, vEye; flat out float vRadius; flat out int vId;
void main() {
  vec3 eye = turn * (pose * (place.xyz * stepSize) + shift - target) - vec3(0.0, 0.0, distance);
  gl_Position = vec4(lens.xy * eye.xy, lens.z * eye.z + lens.w, -eye.z);
  float size = max(2.0 * radius * pixels / max(-eye.z, 1e-6), smallest);
  gl_PointSize = min(size, 200.0);
  vRadius = 0.5 * gl_PointSize * -eye.z / pixels;
  vNormal = vec3(0.0);
  if (lit && oct.x < 62.5) {
    vec2 o = (oct - 31.0) / 31.0;
    vec3 n = vec3(o, 1.0 - abs(o.x) - abs(o.y));
    if (n.z < 0.0) n.xy = (1.0 - abs(n.yx)) * vec2(n.x < 0.0 ? -1.0 : 1.0, n.y < 0.0 ? -1.0 : 1.0);
    n = turn * (pose * normalize(n));
    vNormal = dot(n, eye) > 0.0 ? -n : n;
  }
  vEye = eye; vScore = score; vValue = value; vLabel = label; vId = gl_VertexID; vSet = set;
  if (set > 0.5 && !others) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}`;

const FRAGMENT = `
flat in float vScore, vValue, vLabel, vSet; flat in vec3 vNormal, vEye; flat in float vRadius; flat in int vId;
uniform vec4 lens; uniform vec2 scale; uniform float threshold, row; uniform int mode, first; uniform bool greys, ring, byLabel;
uniform vec3 sound, truth, found, missed, alarm, gap, noReference, stray, clutter, ignored, unseen;
uniform sampler2D maps;
out vec4 colour;
vec3 paint() {
  if (ring) return gap;
  if (mode == 4) return unseen;
  if (vSet > 0.5 && mode != 1) return vSet < 1.5 ? noReference : vSet < 2.5 ? stray : vSet < 3.5 ? clutter : ignored;
  bool high = vScore > threshold - 0.5, bad = vLabel > 0.5;
  if (mode == 1) return bad ? truth : sound;
  if (mode == 2) return bad ? (high ? found : missed) : (high ? alarm : sound);
  if (mode == 3 || (greys && !high)) return sound;
  return texture(maps, vec2(clamp(vValue * scale.x + scale.y, 0.0, 1.0) * 255.0 / 256.0 + 0.5 / 256.0, row)).rgb;
}
void main() {
  vec2 c = gl_PointCoord * 2.0 - 1.0; c.y = -c.y;
  float r2 = dot(c, c), light = 0.92, z = vEye.z;
  if (r2 > 1.0 || (ring && r2 < 0.3)) discard;
  if (vNormal != vec3(0.0)) {
    float rise = -dot(vNormal.xy, c) / max(vNormal.z, 0.2);
    if (r2 + min(rise * rise, 4.0) > 1.6) discard;
    z += rise * vRadius;
    vec3 lamp = normalize(vec3(-0.35, 0.45, 0.82));
    light = 0.57 + 0.45 * max(dot(vNormal, lamp), 0.0) + 0.10 * pow(max(vNormal.z, 0.0), 12.0);
  }
  gl_FragDepth = clamp(0.5 + 0.5 * (lens.z * z + lens.w) / -z, 0.0, 1.0);
#ifdef PICK
  int n = first + vId + 1;
  colour = vec4(n & 255, (n >> 8) & 255, (n >> 16) & 255, 255) / 255.0;
#else
  colour = vec4(paint() * light, ring || mode == 4 ? 0.5 : 1.0); // the second pass leaves those alone
#endif
}`;

const COVER = `void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }`;

const SHADE = `
uniform sampler2D picture, depth; uniform vec4 lens, part; uniform float edge, reach;
out vec4 colour;
float far(vec2 p) {
  float d = texelFetch(depth, ivec2(clamp(p, part.xy, part.zw)), 0).r;
  return d >= 1.0 ? 1e20 : lens.w / (2.0 * d - 1.0 + lens.z);
}
void main() {
  vec2 at = gl_FragCoord.xy;
  float here = far(at), sum = 0.0, over = 0.0;
  vec4 own = texelFetch(picture, ivec2(at), 0);
  vec3 near = vec3(0.0);
  for (int i = 0; i < 8; i++) {
    float a = 0.7853982 * float(i);
    vec2 p = at + reach * vec2(cos(a), sin(a));
    float rise = (min(here, 1e19) - far(p)) / edge;
    if (rise < 1.0) continue;
    vec4 other = texelFetch(picture, ivec2(clamp(p, part.xy, part.zw)), 0);
    if (other.a < 0.7) continue;
    sum += min(rise - 1.0, 4.0);
    if (rise > 1.5) {
      over += 1.0;
      near += other.rgb;
    }
  }
  if (here < 1e19 && own.a < 0.7) colour = vec4(own.rgb, 1.0);
  // A pinhole between dots: the surface around it closes it.
  else if (over > 5.5) colour = vec4(near / over, 1.0);
  else if (here > 1e19) discard;
  else colour = vec4(own.rgb * exp(-0.11 * sum), 1.0);
}`;

const HEAD = "#version 300 es\nprecision highp float; precision highp int; precision highp sampler2D;\n";
const ATTRIBUTES = ["place", "score", "value", "label", "oct", "set"];

class Renderer {
  constructor(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: false, alpha: true, premultipliedAlpha: true, depth: false });
    if (!gl) throw new Error("this browser draws no WebGL2");
    this.gl = gl;
    this.points = this.program(VERTEX, FRAGMENT);
    this.pick = this.program(VERTEX, "#define PICK\n" + FRAGMENT);
    this.shade = this.program(COVER, SHADE);
    this.empty = gl.createVertexArray();
    this.maps = this.texture(256, MAP_ROWS.length, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, mapTexels());
    this.width = this.height = 0;
  }
  program(vertex, fragment) {
    const gl = this.gl, p = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const s = gl.createShader(kind);
      gl.shaderSource(s, HEAD + text);
      gl.compileShader(s);
      if (!gl.getShaderParameter(s, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(s) || "shader");
      gl.attachShader(p, s);
    }
    ATTRIBUTES.forEach((name, i) => gl.bindAttribLocation(p, i, name));
    gl.linkProgram(p);
    if (!gl.getProgramParameter(p, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(p) || "program");
    const at = {};
    for (let i = 0; i < gl.getProgramParameter(p, gl.ACTIVE_UNIFORMS); i++) {
      const name = gl.getActiveUniform(p, i).name;
      at[name] = gl.getUniformLocation(p, name);
    }
    return { p, at };
  }
  texture(w, h, inner, format, type, data) {
    const gl = this.gl, t = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, t);
    gl.texImage2D(gl.TEXTURE_2D, 0, inner, w, h, 0, format, type, data);
    for (const k of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, k, gl.NEAREST);
    for (const k of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, k, gl.CLAMP_TO_EDGE);
    return t;
  }
  setBands(bands, span) {
    const gl = this.gl;
    gl.bindTexture(gl.TEXTURE_2D, this.maps);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, MAP_ROWS.indexOf("bands"), 256, 1, gl.RGBA, gl.UNSIGNED_BYTE, bandTexels(bands, span));
  }
  resize(w, h) {
    if (w === this.width && h === this.height) return;
    const gl = this.gl;
    for (const t of [this.picture, this.depth]) if (t) gl.deleteTexture(t);
    this.target ??= gl.createFramebuffer();
    [this.width, this.height] = [w, h];
    this.picture = this.texture(w, h, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, null);
    this.depth = this.texture(w, h, gl.DEPTH_COMPONENT24, gl.DEPTH_COMPONENT, gl.UNSIGNED_INT, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.picture, 0);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, this.depth, 0);
  }
  // Puts typed arrays onto the card: {place: Uint16Array ×4, oct: ×2, others ×1}.
  upload(arrays) {
    const gl = this.gl, buffers = {};
    for (const [name, data] of Object.entries(arrays)) {
      buffers[name] = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
      buffers[name].type = data.BYTES_PER_ELEMENT === 2 ? gl.UNSIGNED_SHORT : gl.UNSIGNED_BYTE;
    }
    return buffers;
  }
  release(buffers) { Object.values(buffers).forEach((b) => this.gl.deleteBuffer(b)); }
  attribute(index, buffer, size, stride) {
    const gl = this.gl;
    if (!buffer) {
      gl.disableVertexAttribArray(index);
      gl.vertexAttrib4f(index, 0, 0, 0, 0);
      return;
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(index);
    gl.vertexAttribPointer(index, size, buffer.type, false, stride, 0);
  }
  // Draws the parts of one view into the hidden picture, colours or numbers.
  pass(program, camera, view, parts) {
    const gl = this.gl, { p, at } = program, [x, y, w, h] = view.rect;
    const near = Math.max(camera.distance - camera.reach * 2.2, camera.distance * 0.01), far = camera.distance + camera.reach * 2.2;
    const f = Math.min(1, w / h) / FIELD; // a narrow view shows the width
    const lens = [(f * h) / w, f, -(far + near) / (far - near), (-2 * far * near) / (far - near)];
    gl.useProgram(p);
    gl.viewport(x, y, w, h);
    gl.uniform4fv(at.lens, lens);
    gl.uniform1f(at.distance, camera.distance);
    gl.uniform3fv(at.target, camera.target);
    gl.uniformMatrix3fv(at.turn, true, qmat(camera.q).flat());
    gl.uniform1f(at.pixels, (f * h) / 2);
    gl.uniform1f(at.smallest, view.smallest);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.maps);
    if (at.maps) gl.uniform1i(at.maps, 0);
    for (const [name, hex] of Object.entries(KEY)) if (at[name]) gl.uniform3fv(at[name], rgb(hex).map((v) => v / 255));
    for (const part of parts) {
      const b = part.buffers;
      [["place", 3, 8], ["score", 1, 0], ["value", 1, 0], ["label", 1, 0], ["oct", 2, 0], ["set", 1, 0]].forEach(([name, size, stride], i) =>
        this.attribute(i, name === "value" ? b[part.value] : b[name], size, stride));
      gl.uniform1f(at.stepSize, part.step);
      gl.uniform3fv(at.shift, part.shift);
      gl.uniformMatrix3fv(at.pose, true, part.pose);
      gl.uniform1f(at.radius, part.radius);
      gl.uniform1i(at.lit, b.oct ? 1 : 0);
      gl.uniform1i(at.others, part.others ? 1 : 0);
      gl.uniform1i(at.ring, part.ring ? 1 : 0);
      if (at.first) gl.uniform1i(at.first, part.first);
      if (at.mode) {
        gl.uniform1i(at.mode, part.mode);
        gl.uniform1i(at.greys, part.greys ? 1 : 0);
        gl.uniform1f(at.threshold, part.threshold);
        gl.uniform2fv(at.scale, part.scale);
        gl.uniform1f(at.row, (part.row + 0.5) / MAP_ROWS.length);
      }
      gl.drawArrays(gl.POINTS, 0, part.count);
    }
    return lens;
  }
  clear() {
    const gl = this.gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.target);
    gl.viewport(0, 0, this.width, this.height);
    gl.enable(gl.DEPTH_TEST);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  }
  draw(camera, views, edge) {
    const gl = this.gl;
    gl.bindVertexArray(null);
    this.clear();
    const lenses = views.map((v) => this.pass(this.points, camera, v, v.parts));
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.disable(gl.DEPTH_TEST);
    gl.viewport(0, 0, this.width, this.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const { p, at } = this.shade;
    gl.useProgram(p);
    gl.bindVertexArray(this.empty);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.picture);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.depth);
    gl.uniform1i(at.picture, 0);
    gl.uniform1i(at.depth, 1);
    gl.uniform1f(at.edge, edge);
    gl.enable(gl.SCISSOR_TEST);
    views.forEach((v, i) => {
      const [x, y, w, h] = v.rect;
      gl.scissor(x, y, w, h);
      gl.uniform4f(at.part, x, y, x + w - 1, y + h - 1);
      gl.uniform4fv(at.lens, lenses[i]);
      gl.uniform1f(at.reach, Math.max(1.6 * v.smallest, v.dot));
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    });
    gl.disable(gl.SCISSOR_TEST);
    gl.bindVertexArray(null);
    this.numbered = false;
  }
  // The number of the point nearest to (x, y) in pixels from below, within reach; -1 for none.
  at(camera, views, x, y, reach) {
    const gl = this.gl;
    gl.bindVertexArray(null);
    if (!this.numbered) {
      this.clear();
      for (const v of views) this.pass(this.pick, camera, v, v.parts);
      this.numbered = true;
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.target);
    const side = 2 * reach + 1, bytes = new Uint8Array(side * side * 4);
    gl.readPixels(x - reach, y - reach, side, side, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    let best = -1, least = Infinity;
    for (let i = 0; i < side * side; i++) {
      const n = bytes[4 * i] | (bytes[4 * i + 1] << 8) | (bytes[4 * i + 2] << 16);
      const d = ((i % side) - reach) ** 2 + (Math.floor(i / side) - reach) ** 2;
      if (n > 0 && d < least) [best, least] = [n - 1, d];
    }
    return best;
  }
}
