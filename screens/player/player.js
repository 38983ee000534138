// Plays one listening session: asks for segments ahead of time and joins them on whole frames.
//
// The server composes when it is asked. A segment is asked for LEAD_S before the one before it ends,
// and starts on the very frame after it. What was really played is counted on the audio clock, which
// stands still while paused, and reported every second.
//
// The volume never exceeds the cap that the server tells. Every rise of it, and every change by the
// slider, takes CHANGE_S; only pause and STOP, which fall, are fast.

const LEAD_S = 4;
const START_DELAY_S = 0.1;
const RETRY_MS = 300;
const GIVE_UP_MS = 20_000; // of a server that answers, but with no music
const REPORT_MS = 1000;
const CHANGE_S = 3;
const STOP_RAMP_S = 0.04;
const PAUSE_RAMP_S = 0.03;
const LOSE_RAMP_S = 3;

// Survives reruns of the page: a rerun must not touch the music.
const players = (globalThis.__antiphonPlayers ??= new Map());

const WORDS = {
  loading: "Getting ready ...",
  ready: "Ready. Press Start when you are comfortable.",
  resumable: "The music was interrupted. Press Continue to go on.",
  playing: "Playing.",
  waiting: "Waiting for the connection. The music goes on by itself.",
  paused: "Paused. Press Continue to go on.",
  stopped: "Stopped. The music will not go on.",
  ended: "The music has ended. Thank you.",
  gone: "This listening session is over.",
  failed: "The music has ended early. Please tell the study team.",
  told: "The music has ended early. The study team is told.",
  refused: "This screen is not signed in any more, so the music has ended here. Please tell the study team.",
};

class Player {
  constructor(token) {
    this.base = `/api/listen/${encodeURIComponent(token)}`;
    this.state = "loading";
    this.segments = []; // {sequence, at, frames, underruns, gap, reported}
    this.volume = 0.7;
    this.underruns = 0;
    this.elapsed = 0; // seconds of music before this page was opened
    this.duration = 0;
    this.listeners = new Set();
    this.told = () => {};
    this.load();
  }

  // --- what the page sees -------------------------------------------------------------------
  change(state) {
    if (this.state === state) return;
    this.state = state;
    this.draw();
    if (["playing", "paused"].includes(state)) this.told(state);
  }

  draw() {
    for (const draw of this.listeners) draw();
  }

  get isOver() {
    return ["stopped", "ended", "gone", "failed", "told", "refused"].includes(this.state);
  }

  get playedS() {
    return this.elapsed + this.segments.reduce((sum, one) => sum + this.framesPlayed(one), 0) / (this.rate ?? 1);
  }

  // --- the server ---------------------------------------------------------------------------
  async load() {
    const told = await this.ask("state");
    if (told === null) return this.change("gone");
    this.rate = told.sampling_rate_hz;
    this.cap = told.volume_cap;
    this.elapsed = told.played_s;
    this.duration = told.duration_s;
    this.sequence = told.resume_sequence;
    this.serverIsPaused = told.paused;
    this.listen();
    if (told.state === "stopped") return this.change("stopped");
    if (told.state === "completed") return this.change("ended");
    this.change(told.resume_sequence > 0 ? "resumable" : "ready");
  }

  listen() {
    this.source = new EventSource(`${this.base}/commands`);
    this.source.onmessage = (message) => this.obey(JSON.parse(message.data));
  }

  obey(told) {
    this.serverIsPaused = told.paused;
    if (told.state === "stopped" && !this.isOver) this.fall("stopped").then(() => this.told("stopped"));
    else if (told.state === "completed" && !this.context) this.change("ended");
    else if (told.paused && ["playing", "waiting"].includes(this.state)) this.pause();
    else if (!told.paused && this.state === "paused") this.go();
  }

  // Returns null when the session is over; asks again as long as the connection fails.
  async ask(what) {
    for (;;) {
      try {
        const answer = await fetch(`${this.base}/${what}`, { cache: "no-store" });
        if (answer.ok) return await answer.json();
        if (answer.status < 500) return null;
      } catch {
        // the network is away: try again
      }
      await sleep(RETRY_MS);
    }
  }

  // Returns the segment, or how the music is over; asks again while the network is away.
  async fetchSegment(sequence) {
    let failingSince = Infinity;
    for (;;) {
      if (this.isOver) return { over: this.state };
      try {
        const answer = await fetch(`${this.base}/seg/${sequence}`, { cache: "no-store" });
        if (answer.ok) {
          const last = answer.headers.get("X-Last-Segment") === "1";
          return { last, buffer: await this.context.decodeAudioData(await answer.arrayBuffer()) };
        }
        if ([401, 403].includes(answer.status)) return { over: "refused" };
        if ([404, 410].includes(answer.status)) return { over: "gone" };
        failingSince = Math.min(failingSince, Date.now());
        if (answer.status < 500 || Date.now() - failingSince > GIVE_UP_MS) return { over: "failed" };
      } catch {
        failingSince = Infinity; // the network is away: try again
      }
      if (this.state === "playing" && this.context.currentTime > this.until) this.change("waiting");
      await sleep(RETRY_MS);
    }
  }

  send(what, body, keepalive) {
    return fetch(`${this.base}/${what}`, {
      method: "POST",
      keepalive,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  // Sends an order until the server has taken it; a newer order takes the place of one still under way.
  async command(order) {
    this.order = order;
    while (this.order === order) {
      try {
        const answer = await this.send("cmd", { do: order, by: "listener" }, true);
        if (answer.status < 500) return answer.ok;
      } catch {
        // the network is away: try again
      }
      await sleep(RETRY_MS);
    }
    return false;
  }

  // --- the music ----------------------------------------------------------------------------
  async go() {
    if (this.isOver || this.state === "playing" || this.state === "loading") return;
    const isFirst = !this.context;
    if (isFirst) {
      this.context = new AudioContext({ sampleRate: this.rate, latencyHint: "playback" });
      this.output = this.context.createGain();
      this.output.gain.value = 0;
      this.output.connect(this.context.destination);
      this.until = 0;
      this.reporter = setInterval(() => this.report(false), REPORT_MS);
    }
    const wasPaused = this.state === "paused";
    await this.context.resume();
    if (this.isOver) return;
    if (wasPaused) this.ramp(this.level, CHANGE_S);
    this.change("playing");
    if (wasPaused || this.serverIsPaused) this.command("resume");
    if (isFirst) this.feed();
    else this.wake();
  }

  async pause() {
    if (this.state !== "playing" && this.state !== "waiting") return;
    this.ramp(0, PAUSE_RAMP_S);
    this.change("paused");
    this.command("pause");
    await sleep(PAUSE_RAMP_S * 1000 + 20);
    if (this.state === "paused") await this.context.suspend();
    this.report(false);
  }

  async stop() {
    if (this.isOver) return;
    await this.fall("stopped");
    await this.command("stop");
    this.told("stopped");
  }

  // Silence within STOP_RAMP_S, then count what was played.
  async fall(state) {
    this.ramp(0, STOP_RAMP_S);
    this.change(state);
    await sleep(STOP_RAMP_S * 1000 + 30);
    await this.close();
  }

  async close() {
    clearInterval(this.reporter);
    clearTimeout(this.timer);
    this.source?.close();
    if (!this.context || this.context.state === "closed") return;
    await this.context.suspend();
    await this.reportFinally();
    for (const one of this.segments) one.frames = this.framesPlayed(one);
    await this.context.close();
  }

  // The last report decides whether the session counts as complete: it is sent until it arrives.
  async reportFinally() {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (await this.report(true)) return;
      await sleep(RETRY_MS);
    }
  }

  get level() {
    return Math.min(this.volume, 1) * (this.cap ?? 1);
  }

  setVolume(volume) {
    this.volume = Math.min(Math.max(volume, 0), 1);
    if (this.context && (this.state === "playing" || this.state === "waiting")) this.ramp(this.level, CHANGE_S);
  }

  ramp(to, seconds, waitS = 0, from = this.output?.gain.value) {
    if (!this.context || this.context.state === "closed") return;
    const gain = this.output.gain;
    const now = this.context.currentTime;
    gain.cancelScheduledValues(now);
    gain.setValueAtTime(from, now + waitS);
    gain.linearRampToValueAtTime(to, now + waitS + seconds);
  }

  // Fetches, schedules, and waits until LEAD_S before the end; one such chain a player.
  async feed() {
    for (;;) {
      const segment = await this.fetchSegment(this.sequence);
      if (this.isOver) return;
      if (segment.over) return this.lose(segment.over);
      this.schedule(segment.buffer);
      this.sequence += 1;
      if (segment.last) {
        await this.reach(this.until);
        return this.finish();
      }
      await this.reach(this.until - LEAD_S);
      if (this.isOver) return;
    }
  }

  schedule(buffer) {
    const now = this.context.currentTime;
    const isFirst = this.until === 0;
    const isLate = !isFirst && this.until < now;
    const wanted = isFirst || isLate ? now + START_DELAY_S : this.until;
    const startFrame = Math.round(wanted * this.rate);
    const at = startFrame / this.rate;
    if (isLate) this.underruns += 1;
    if (isFirst || isLate) this.ramp(this.level, CHANGE_S, at - now, 0); // out of silence
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(this.output);
    source.start(at);
    this.segments.push({
      sequence: this.sequence,
      startFrame,
      at,
      frames: buffer.length,
      underruns: isLate ? 1 : 0,
      gap: isLate ? at - this.until : 0,
      reported: -1,
    });
    this.until = (startFrame + buffer.length) / this.rate;
    if (this.state === "waiting") this.change("playing");
  }

  // Resolves when the audio clock reaches a time; the clock stands still while paused.
  reach(time) {
    return new Promise((resolve) => {
      const look = () => {
        clearTimeout(this.timer);
        const left = time - this.context.currentTime;
        if (left <= 0 || this.isOver) return resolve();
        this.wake = look;
        if (this.context.state === "running") this.timer = setTimeout(look, left * 1000 + 5);
      };
      look();
    });
  }

  wake() {}

  async finish() {
    if (this.isOver) return;
    this.change("ended");
    await this.close();
    const told = await this.ask("state");
    if (told?.state === "stopped") this.change("told"); // the last part was a farewell
    this.told("ended");
  }

  // What was fetched fades out; then the player is silent, tells the server, and says why.
  async lose(state) {
    const left = Math.max(this.until - this.context.currentTime, STOP_RAMP_S);
    this.ramp(0, Math.min(left, LOSE_RAMP_S), Math.max(left - LOSE_RAMP_S, 0));
    await this.reach(this.until);
    if (this.isOver) return;
    this.change(state);
    await this.close();
    if (state === "failed" && (await this.command("give_up"))) this.change("told");
    this.told(state);
  }

  // --- what was really played ---------------------------------------------------------------
  framesPlayed(one) {
    if (!this.context || this.context.state === "closed") return one.frames;
    const played = Math.round((this.context.currentTime - one.at) * this.rate);
    return Math.min(Math.max(played, 0), one.frames);
  }

  async report(isLast) {
    if (!this.context) return true;
    const played = this.segments
      .map((one) => ({ one, frames: this.framesPlayed(one) }))
      .filter(({ one, frames }) => frames > 0 && frames !== one.reported);
    this.draw();
    if (played.length === 0 && !isLast) return true;
    const body = {
      segments: played.map(({ one, frames }) => ({
        sequence: one.sequence,
        frames_played: frames,
        underruns: one.underruns,
        gap_s: one.gap,
      })),
      volume: this.level,
      visible: document.visibilityState === "visible",
      output_latency_s: this.context.outputLatency ?? 0,
      final: isLast,
    };
    try {
      const answer = await this.send("tele", body, isLast);
      if (answer.ok) played.forEach(({ one, frames }) => (one.reported = frames));
      return answer.status < 500;
    } catch {
      return false;
    }
  }
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function minutes(seconds) {
  const whole = Math.floor(Math.max(seconds, 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function drawInto(root, player) {
  const go = root.querySelector(".go");
  const isPlaying = player.state === "playing" || player.state === "waiting";
  const isNew = player.state === "ready" || player.state === "loading";
  const words = isPlaying ? "Pause" : isNew ? "Start" : "Continue";
  if (go.textContent !== words) go.textContent = words;
  go.disabled = player.isOver || player.state === "loading";
  root.querySelector(".stop").disabled = player.isOver || player.state === "loading";
  const status = root.querySelector(".status");
  if (status.textContent !== WORDS[player.state]) status.textContent = WORDS[player.state];
  const played = Math.min(player.playedS, player.duration || player.playedS);
  root.querySelector(".bar").value = player.duration ? played / player.duration : 0;
  root.querySelector(".time").textContent = player.duration
    ? `${minutes(played)} of ${minutes(player.duration)} played`
    : "";
}

addEventListener("pagehide", () => {
  for (const player of players.values()) player.report(true);
});

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".player");
  let player = players.get(data.token);
  if (!player) players.set(data.token, (player = new Player(data.token)));
  player.told = (state) => setTriggerValue("event", state);
  const draw = () => drawInto(root, player);
  player.listeners.clear();
  player.listeners.add(draw);
  root.querySelector(".go").onclick = () =>
    player.state === "playing" || player.state === "waiting" ? player.pause() : player.go();
  root.querySelector(".stop").onclick = () => player.stop();
  const level = root.querySelector(".level");
  level.value = String(Math.round(player.volume * 100));
  level.oninput = () => player.setVolume(Number(level.value) / 100);
  draw();
  return () =>
    setTimeout(() => {
      if (root.isConnected) return;
      player.fall("gone"); // left the page: silence here, the session itself stays as it is
      players.delete(data.token);
    }, 1500);
}
