// Draws the intervals on view over time and lets a person choose a beat, by pointer or by keys.
//
// The number of the chosen beat is sent a quarter of a second after the last key, so that holding an arrow
// key does not ask the server for every beat on the way.

const SEND_AFTER_MS = 250;
const MARGIN = { left: 58, right: 14, top: 12, bottom: 38 };
const COLOURS = { counts: "#0b5c8a", left: "#b3261e", rejected: "#7a1410", accepted: "#2f6b23", changed: "#9a4a00" };
const tachograms = (globalThis.__antiphonTachograms ??= new Map()); // survives reruns of the page

class Tachogram {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector(".plot");
    this.canvas.onclick = (event) => this.point(event);
    this.canvas.onkeydown = (event) => this.press(event);
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.canvas);
  }

  show(data) {
    const isNew = data.version !== this.data?.version;
    this.data = data;
    if (isNew || data.chosen !== this.sent) this.chosen = data.numbers.indexOf(data.chosen);
    this.sent = data.chosen;
    this.draw();
  }

  // --- choosing --------------------------------------------------------------------------------
  press(event) {
    const last = this.data.numbers.length - 1;
    const steps = {
      ArrowRight: () => Math.min(this.chosen + 1, last),
      ArrowUp: () => Math.min(this.chosen + 1, last),
      ArrowLeft: () => Math.max(this.chosen - 1, 0),
      ArrowDown: () => Math.max(this.chosen - 1, 0),
      Home: () => 0,
      End: () => last,
      PageDown: () => this.leftOut(1),
      PageUp: () => this.leftOut(-1),
    };
    if (last < 0 || !steps[event.key]) return;
    event.preventDefault();
    this.choose(steps[event.key]());
  }

  leftOut(step) {
    for (let at = this.chosen + step; at >= 0 && at < this.data.numbers.length; at += step)
      if (this.data.states[at] === "left") return at;
    return this.chosen;
  }

  point(event) {
    const { times_s: times, rr_ms: lengths } = this.data;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [nearest, least] = [-1, Infinity];
    times.forEach((time, at) => {
      const away = Math.hypot(this.x(time) - x, (this.y(lengths[at]) - y) / 3);
      if (away < least) [nearest, least] = [at, away];
    });
    if (nearest >= 0) this.choose(nearest);
  }

  choose(at) {
    this.chosen = at;
    this.draw();
    clearTimeout(this.waiting);
    const number = this.data.numbers[at];
    this.waiting = setTimeout(() => {
      if (number === this.sent || number === undefined) return;
      this.sent = number;
      this.tell("beat", number);
    }, SEND_AFTER_MS);
  }

  // --- drawing ---------------------------------------------------------------------------------
  x(time) {
    const { start_s: start, end_s: end } = this.data;
    return MARGIN.left + ((this.width - MARGIN.left - MARGIN.right) * (time - start)) / Math.max(end - start, 1e-9);
  }

  y(length) {
    const { low, high } = this.limits;
    return this.height - MARGIN.bottom - ((this.height - MARGIN.top - MARGIN.bottom) * (length - low)) / (high - low);
  }

  draw() {
    const ratio = devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    if (!this.width || !this.data) return;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.limits = limitsOf(this.data.rr_ms);
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    this.drawAxes(pen);
    this.drawLine(pen);
    this.data.numbers.forEach((_, at) => this.drawBeat(pen, at));
    this.drawChosen(pen);
    this.speak();
  }

  drawAxes(pen) {
    const { low, high } = this.limits;
    pen.font = "13px system-ui, sans-serif";
    pen.fillStyle = "#38434d";
    pen.strokeStyle = "#dfe4e8";
    pen.textAlign = "right";
    for (const length of ticks(low, high, 5)) {
      line(pen, [MARGIN.left, this.y(length)], [this.width - MARGIN.right, this.y(length)]);
      pen.fillText(String(length), MARGIN.left - 6, this.y(length) + 4);
    }
    pen.textAlign = "center";
    const { start_s: start, end_s: end } = this.data;
    const step = stepOf(end - start, Math.max(2, Math.floor(this.width / 130)), [1, 2, 5, 10, 15, 30, 60, 120, 300, 600]);
    for (let time = Math.ceil(start / step) * step; time <= end; time += step) {
      line(pen, [this.x(time), this.height - MARGIN.bottom], [this.x(time), this.height - MARGIN.bottom + 5]);
      pen.fillText(clock(time), this.x(time), this.height - MARGIN.bottom + 18);
    }
    pen.fillText("Time of the recording", (this.width + MARGIN.left) / 2, this.height - 6);
    pen.save();
    pen.translate(14, (this.height - MARGIN.bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText("Interval, ms", 0, 0);
    pen.restore();
  }

  drawLine(pen) {
    const { times_s: times, rr_ms: lengths, joined } = this.data;
    pen.strokeStyle = "#7fa6bf";
    pen.lineWidth = 1;
    pen.beginPath();
    times.forEach((time, at) => {
      if (at > 0 && joined[at]) pen.lineTo(this.x(time), this.y(lengths[at]));
      else pen.moveTo(this.x(time), this.y(lengths[at]));
    });
    pen.stroke();
  }

  drawBeat(pen, at) {
    const state = this.data.states[at];
    const [x, y] = [this.x(this.data.times_s[at]), this.y(this.data.rr_ms[at])];
    const isDense = this.data.numbers.length > 700;
    pen.fillStyle = pen.strokeStyle = COLOURS[state];
    pen.lineWidth = 2;
    pen.beginPath();
    if (state === "counts") pen.arc(x, y, isDense ? 1.4 : 2.6, 0, 2 * Math.PI);
    if (state === "left") polygon(pen, [[x, y - 6], [x + 6, y + 5], [x - 6, y + 5]]);
    if (state === "accepted") pen.rect(x - 4.5, y - 4.5, 9, 9);
    if (state === "changed") polygon(pen, [[x, y - 6], [x + 6, y], [x, y + 6], [x - 6, y]]);
    if (state === "rejected") {
      line(pen, [x - 5, y - 5], [x + 5, y + 5]);
      line(pen, [x - 5, y + 5], [x + 5, y - 5]);
    } else pen.fill();
  }

  drawChosen(pen) {
    if (this.chosen < 0) return;
    const [x, y] = [this.x(this.data.times_s[this.chosen]), this.y(this.data.rr_ms[this.chosen])];
    pen.strokeStyle = "#1a1a1a";
    pen.lineWidth = 1;
    line(pen, [x, MARGIN.top], [x, this.height - MARGIN.bottom]);
    pen.lineWidth = 2.5;
    pen.beginPath();
    pen.arc(x, y, 9, 0, 2 * Math.PI);
    pen.stroke();
  }

  speak() {
    const { data, chosen, canvas } = this;
    const words =
      chosen < 0
        ? "No beat is chosen: click on one, or use the arrow keys"
        : `Beat ${data.first + chosen + 1} at ${clock(data.times_s[chosen], 2)}: ${data.rr_ms[chosen].toFixed(0)} ms, ${data.words[data.states[chosen]]}`;
    canvas.setAttribute("aria-valuemin", String(data.first + 1));
    canvas.setAttribute("aria-valuemax", String(data.first + data.numbers.length));
    canvas.setAttribute("aria-valuenow", String(data.first + Math.max(chosen, 0) + 1));
    canvas.setAttribute("aria-valuetext", words);
    const told = this.root.querySelector(".chosen");
    if (told.textContent !== words) told.textContent = words;
  }
}

function limitsOf(lengths) {
  const known = lengths.filter((one) => Number.isFinite(one));
  const [least, most] = known.length ? [Math.min(...known), Math.max(...known)] : [600, 1000];
  const room = Math.max((most - least) * 0.06, 20);
  return { low: Math.max(0, least - room), high: most + room };
}

function stepOf(span, wanted, steps) {
  return steps.find((step) => span / step <= wanted) ?? steps.at(-1) * Math.ceil(span / wanted / steps.at(-1));
}

function ticks(low, high, wanted) {
  const step = stepOf(high - low, wanted, [5, 10, 20, 50, 100, 200, 500, 1000]);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) found.push(value);
  return found;
}

function clock(seconds, digits = 0) {
  const rounded = Math.abs(seconds).toFixed(digits);
  const minutes = Math.floor(rounded / 60);
  const rest = (rounded - 60 * minutes).toFixed(digits).padStart(digits ? 3 + digits : 2, "0");
  const begin = minutes < 60 ? `${minutes}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  return `${seconds < 0 ? "−" : ""}${begin}:${rest}`;
}

function line(pen, from, to) {
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}

function polygon(pen, corners) {
  pen.moveTo(...corners[0]);
  for (const corner of corners.slice(1)) pen.lineTo(...corner);
  pen.closePath();
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tachogram");
  let tachogram = tachograms.get(data.recording);
  if (!tachogram || tachogram.root !== root) {
    tachograms.set(data.recording, (tachogram = new Tachogram(root)));
  }
  tachogram.tell = setTriggerValue;
  tachogram.show(data);
  return () => {
    tachogram.resized.disconnect();
    if (tachograms.get(data.recording) === tachogram) tachograms.delete(data.recording);
  };
}
