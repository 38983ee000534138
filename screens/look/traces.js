// Draws heart rate, lnRMSSD and the estimate of arousal of a session on the air; the words beside the canvases say the same.

const KEPT = 300; // one a second: five minutes
const streams = (globalThis.__antiphonTraces ??= new Map()); // survives reruns of the page

class Stream {
  constructor(token) {
    this.rows = [];
    this.source = new EventSource(`/live/${encodeURIComponent(token)}`);
    this.source.onmessage = (message) => this.take(JSON.parse(message.data));
    this.source.addEventListener("ended", (message) => this.end(JSON.parse(message.data).text));
    this.source.onerror = () => this.say("No connection to the server. Trying again ...", true);
  }

  take(told) {
    this.rows.push(told);
    if (this.rows.length > KEPT) this.rows.shift();
    if (told.state !== "running") this.source.close();
    this.draw();
  }

  end(text) {
    this.source.close();
    this.say(text, true);
  }

  say(text, isNeeded) {
    const line = this.root.querySelector(".signal");
    if (line.textContent !== text) line.textContent = text;
    line.classList.toggle("needed", isNeeded);
  }

  draw() {
    const last = this.rows.at(-1);
    if (!last) return;
    this.say(words(last), last.coordinator_needed);
    this.write(".heart-value", last.heart_rate_bpm, 0);
    this.write(".variability-value", last.ln_rmssd, 2);
    this.root.querySelector(".arousal-value").textContent = signed(last.arousal);
    this.writeText(".estimate", last.estimate);
    this.fill(last.signals);
    const age = last.sample_age_s;
    this.root.querySelector(".age").textContent =
      age === null ? "No sample has arrived yet." : `The last sample was ${age.toFixed(0)} s old. Values are new every half minute of music.`;
    plot(this.root.querySelector(".heart"), this.rows.map((row) => row.heart_rate_bpm), 10);
    plot(this.root.querySelector(".variability"), this.rows.map((row) => row.ln_rmssd), 0.5);
    plot(this.root.querySelector(".arousal"), this.rows.map((row) => row.arousal), 1, this.rows.map((row) => row.arousal_band));
  }

  writeText(place, text) {
    const line = this.root.querySelector(place);
    if (line.textContent !== text) line.textContent = text;
  }

  // One row a signal; drawn anew only when something has changed.
  fill(signals) {
    const told = JSON.stringify(signals);
    if (told === this.told && this.root.querySelector(".signals tbody").rows.length) return;
    this.told = told;
    const rows = signals.map((one) => {
      const row = document.createElement("tr");
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = one.label;
      row.append(name);
      for (const text of [one.value, one.quality, one.use]) row.insertCell().textContent = text;
      return row;
    });
    this.root.querySelector(".signals tbody").replaceChildren(...rows);
    this.root.querySelector(".signals").hidden = rows.length === 0;
  }

  write(place, value, digits) {
    this.root.querySelector(place).textContent = value === null ? "–" : value.toFixed(digits);
  }
}

function words(told) {
  if (told.state === "completed") return "The session is complete.";
  if (told.state === "stopped") return "The session was stopped.";
  const reason = told.signal_reason ? ` (${told.signal_reason})` : "";
  return `${told.paused ? "Paused. " : ""}${told.signal}${reason}`;
}

// A number at the axis: with a true minus sign, and none before 0.
function axis(value, digits) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
}

function signed(value) {
  if (value === null) return "–";
  return `${value < 0 ? "\u2212" : "+"}${Math.abs(value).toFixed(1)}`;
}

// A line over the last KEPT values, with a band where there is one; gaps stay gaps. `least` is the smallest height of the axis.
function plot(canvas, values, least, bands = []) {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const known = [...values, ...bands.flat()].filter((value) => value !== null && value !== undefined);
  if (known.length === 0) return;
  const middle = (Math.max(...known) + Math.min(...known)) / 2;
  const half = Math.max(Math.max(...known) - Math.min(...known), least) / 2 + least / 10;
  const x = (index) => 36 + ((width - 44) * (index + KEPT - values.length)) / (KEPT - 1);
  const y = (value) => height / 2 - ((value - middle) / half) * (height / 2 - 10);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.font = "12px system-ui, sans-serif";
  pen.fillStyle = "#4a5560";
  const digits = least <= 1 ? 1 : 0;
  const drawn = pen.fillStyle;
  pen.fillStyle = "#c5dcea";
  bands.forEach((band, index) => {
    if (band) pen.fillRect(x(index) - 0.5, y(band[1]), Math.max(1.5, (width - 44) / (KEPT - 1) + 0.5), y(band[0]) - y(band[1]));
  });
  pen.fillStyle = drawn;
  pen.fillText(axis(middle + half, digits), 4, 14);
  pen.fillText(axis(middle - half, digits), 4, height - 5);
  pen.strokeStyle = "#0b5c8a";
  pen.lineWidth = 2;
  pen.lineJoin = "round";
  pen.beginPath();
  let isDown = false;
  values.forEach((value, index) => {
    if (value === null) isDown = false;
    else if (isDown) pen.lineTo(x(index), y(value));
    else {
      pen.moveTo(x(index), y(value));
      isDown = true;
    }
  });
  pen.stroke();
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".traces");
  let stream = streams.get(data.token);
  if (!stream) streams.set(data.token, (stream = new Stream(data.token)));
  stream.root = root;
  stream.draw();
  return () =>
    setTimeout(() => {
      if (root.isConnected || stream.root !== root) return;
      stream.source.close();
      streams.delete(data.token);
    }, 1500);
}
