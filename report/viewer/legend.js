// Names of what can be coloured, and the colour bars with their values.

const NAMES = { score: "Score", signed: "Deviation (signed)", truth: "Truth", agree: "Found against truth", reference: "Sound reference", none: "One view only" };
const ABOUT = {
  score: "How unusual each point is. 1 is the largest value seen on held-out sound scans.",
  signed: "Distance to the sound surface, UNIT. Red: too much material. Blue: too little.",
  truth: "Where the defect really is.",
  agree: "The marked points against the truth, at the threshold chosen above.",
  reference: "What the model holds a sound part to be, in the pose of this scan.",
};

// Values of a unit as people write them.
const withUnit = (value, unit, power = "") => (unit && value !== "–" ? `${value} ${unit}${power}` : value);

// Points that are not judged, by what they are.
const OTHERS = { clutter: "table or fixture", noReference: "where the sound scans show nothing", stray: "stray points", ignored: "zones where nothing counts" };

// Parts of a score, in words.
function part(name) {
  const over = /^deviation (\d+)$/.exec(name)?.[1];
  if (over) return over === "1" ? "off, point by point" : `off, averaged over ${over} points`;
  return { coverage: "missing surface around", distance: "distance, either way" }[name] ?? name;
}

const title = (what) => (what.startsWith("term:") ? "Part of the score: " + part(what.slice(5)) : NAMES[what]);

function node(tag, attributes, ...children) {
  const el = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes || {})) k === "text" ? (el.textContent = v) : k === "class" ? (el.className = v) : el.setAttribute(k, v);
  el.append(...children);
  return el;
}

// What the colours of one view mean, with values.
function legend(id, what, stage, page) {
  const host = $(id), s = stage.state, scale = what !== "none" && what !== "reference" ? stage.scale(what) : null;
  host.hidden = what === "none";
  if (host.hidden) return;
  host.replaceChildren(node("b", { text: title(what) }), node("span", { class: "about", text: (what === "score" && page.decision ? "How far each point is off. 1 is what is just allowed: " + page.decision + "." : ABOUT[what])?.replace("UNIT", page.unit ? "in " + page.unit : "in the scan's unit") ?? "One of the measures that the score is made of." }));
  if (!scale) {
    const keys = { truth: [["truth", "defect"], ["sound", "sound"]], agree: [["found", "found"], ["missed", "missed"], ["alarm", "false alarm"], ["sound", "sound"]], reference: [] }[what];
    const row = node("div", { class: "keys" });
    for (const [colour, word] of keys) {
      const dot = node("i", {});
      dot.style.background = KEY[colour];
      row.append(node("span", {}, dot, word));
    }
    host.append(row);
  } else {
    const bar = node("div", { class: "bar" }), marks = node("div", { class: "marks" });
    bar.style.background = scale.map === "bands" ? bandGradient(page.bands, s.span) : mapGradient(scale.map);
    const share = (v) => (v - scale.lo) / (scale.hi - scale.lo || 1);
    for (const [v, text] of ticks(scale.lo, scale.hi, 5)) {
      const m = node("span", { text: what === "signed" ? withUnit(v > 0 ? "+" + text : text, v === 0 ? "" : page.unit) : text });
      m.style.left = 100 * share(v) + "%";
      marks.append(m);
    }
    if (what === "score") {
      const t = Math.min(1, share(s.threshold));
      if (s.greys.score) {
        const cover = node("div", { class: "cover" });
        cover.style.width = 100 * t + "%";
        cover.style.background = KEY.sound;
        bar.append(cover);
      }
      const line = node("div", { class: "limit", title: "threshold" });
      line.style.left = 100 * t + "%";
      bar.append(line);
    }
    host.append(bar, marks);
    if (what === "score" && page.clipped) host.append(node("span", { class: "about", text: "Larger values have the last colour." }));
  }
  const row = node("div", { class: "keys" });
  const key = (colour, word, hollow) => {
    const dot = node("i", hollow ? { class: "hollow" } : {});
    dot.style[hollow ? "borderColor" : "background"] = colour;
    row.append(node("span", {}, dot, word));
  };
  if (what === "score" && s.greys.score) key(KEY.sound, "below the limit");
  if (stage.scan.missing && s.gap) key(KEY.gap, "missing: material that should be here", true);
  const others = Object.keys(OTHERS).filter((name) => stage.scan.sets?.[name]);
  if (what !== "reference" && what !== "truth" && s.other) others.forEach((name, i) => key(KEY[name], (i ? "" : "grey: not judged – ") + OTHERS[name]));
  if (stage.scan.unseen && s.unseen && what !== "reference") key(KEY.unseen, "light grey: surface that was not seen");
  if (row.children.length) host.append(row);
}
