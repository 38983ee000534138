// One questionnaire, one item a screen. Every answer is sent at once and again until it is stored.
//
// Answers wait in this tab's sessionStorage until the server has them, so that neither a reload, a lost
// connection nor an ended link loses one. The server takes the same answer id only once.

const RETRY_MS = 1000;
const forms = (globalThis.__antiphonForms ??= new Map()); // survives reruns of the page

const UNANSWERED = "Please choose an answer, or “I prefer not to answer”.";
const AWAY = "Not saved yet: no connection. Your answer is kept and will be sent.";
const FAILING = "Not saved yet: the study's computer cannot save now. Your answer is kept and will be sent.";
const ENDED = "Not saved yet: your link has ended. Please ask the study team for a new link. Your answers wait here.";
const TOLD = "The study team is told about this answer and will contact you.";
const NOT_TOLD =
  "Your answer is not saved, and the study team may not know of it. Please call them, or tell them now.";

class Form {
  constructor(data) {
    this.data = data;
    this.index = data.start;
    this.stored = new Map(data.items.filter((item) => item.answered).map((item) => [item.code, item.value]));
    this.answers = new Map(this.stored);
    this.refusals = new Map(); // by item: why the server does not take the answer
    this.key = `antiphon-unsent-${data.form}`;
    this.unsent = JSON.parse(sessionStorage.getItem(this.key) ?? "[]");
    for (const answer of this.unsent) this.answers.set(answer.item, answer.value);
    while (this.index < data.items.length - 1 && this.answers.has(this.item.code)) this.index += 1;
    this.said = "";
    if (this.unsent.length) this.send();
  }

  get item() {
    return this.data.items[this.index];
  }

  get isLast() {
    return this.index === this.data.items.length - 1;
  }

  get alarming() {
    const known = (item) => this.answers.get(item.code) ?? -Infinity;
    return this.data.items.filter((item) => item.alert_minimum !== null && known(item) >= item.alert_minimum);
  }

  // Only what the server has confirmed may be called told.
  get isTold() {
    return this.alarming.every((item) => (this.stored.get(item.code) ?? -Infinity) >= item.alert_minimum);
  }

  answer(value) {
    this.answers.set(this.item.code, value);
    this.refusals.delete(this.item.code);
    this.unsent.push({
      answer_id: makeId(),
      occasion: this.data.occasion,
      questionnaire: this.data.questionnaire,
      item: this.item.code,
      value,
    });
    this.keep();
    this.send();
    this.drawHelp();
  }

  keep() {
    if (this.unsent.length) sessionStorage.setItem(this.key, JSON.stringify(this.unsent));
    else sessionStorage.removeItem(this.key);
  }

  async send() {
    if (this.sending) return this.sending;
    this.sending = this.sendAll();
    await this.sending;
    this.sending = null;
  }

  async sendAll() {
    this.say("Saving ...");
    let refusal = "";
    while (this.unsent.length) {
      const answer = this.unsent[0];
      const outcome = await post("/api/answers", answer);
      if (outcome.ended) return this.say(ENDED, true);
      if (outcome.waits) {
        this.say(outcome.waits, true);
        await sleep(RETRY_MS);
        continue;
      }
      this.unsent.shift();
      this.keep();
      if (outcome.refused) refusal = this.refuse(answer, outcome.refused);
      else this.stored.set(answer.item, answer.value);
      this.drawHelp();
    }
    this.say(refusal || "Saved.", Boolean(refusal));
  }

  // The server will never take this answer: it does not count as given.
  refuse(answer, why) {
    const text = `Not saved. ${why}`;
    if (!this.unsent.some((later) => later.item === answer.item)) {
      this.refusals.set(answer.item, text);
    }
    return text;
  }

  async finish() {
    await this.send();
    if (this.unsent.length) return;
    const { form, occasion, questionnaire } = this.data;
    const outcome = await post("/api/forms/complete", { occasion, questionnaire });
    if (outcome.ended) return this.say("Not finished yet: your link has ended. Please ask the study team for a new link.", true);
    if (outcome.waits) return this.say("Not finished yet. Please try again in a moment.", true);
    if (outcome.refused) return this.say(outcome.refused, true);
    this.told("finished", form);
  }

  say(text, isWrong = false) {
    this.said = text;
    const line = this.root?.querySelector(".said");
    if (!line) return;
    line.classList.toggle("wrong", isWrong);
    if (line.textContent !== text) line.textContent = text;
  }

  go(step) {
    this.index += step;
    if (this.unsent.length === 0) this.said = "";
    this.draw();
    this.root.querySelector("legend").focus();
    this.root.scrollIntoView?.({ block: "start" });
  }

  next() {
    if (this.refusals.has(this.item.code)) return this.say(this.refusals.get(this.item.code), true);
    if (!this.answers.has(this.item.code)) return this.say(UNANSWERED, true);
    if (this.isLast) this.finish();
    else this.go(1);
  }

  // --- drawing --------------------------------------------------------------------------------
  draw() {
    const { data, item, index } = this;
    const count = data.items.length;
    const place = count === 1 ? data.title : `${data.title}: question ${index + 1} of ${count}`;
    this.root.replaceChildren(
      make("div", { class: "helping" }),
      make("p", { class: "place" }, place),
      make("progress", { class: "bar", max: count, value: index, "aria-label": "Questions answered so far" }),
      make("p", { class: "instruction" }, data.instruction),
      this.drawItem(item),
      make("p", { class: "said", role: "status" }, this.said),
      make("div", { class: "buttons" }, ...this.drawButtons()),
      make("p", { class: "licence" }, data.licence),
    );
    this.drawHelp();
  }

  drawItem(item) {
    const draw = { choice: drawChoices, vas: drawLine, number: drawNumber }[item.kind];
    return make(
      "fieldset",
      {},
      make("legend", { tabindex: "-1", id: "item-text" }, item.text),
      ...draw(this, item),
      choice(this, "I prefer not to answer", null, "choice decline"),
    );
  }

  drawButtons() {
    const go = make("button", { type: "button", class: "go" }, this.isLast ? "Finish" : "Next");
    go.onclick = () => this.next();
    if (this.index === 0) return [go];
    const back = make("button", { type: "button", class: "back" }, "Back");
    back.onclick = () => this.go(-1);
    return [back, go];
  }

  drawHelp() {
    const place = this.root?.querySelector(".helping");
    if (!place) return;
    if (this.alarming.length === 0) return place.replaceChildren();
    if (place.firstChild) return this.drawTold();
    place.append(
      make(
        "section",
        { class: "help", role: "alert" },
        make("h2", {}, "Thank you for telling us. You are not alone with this."),
        make("p", {}, "Please talk to someone now. You can reach the study team's on-call person:"),
        make("p", {}, make("strong", {}, this.data.on_call)),
        make(
          "p",
          {},
          "If you might hurt yourself, call the emergency number (112 in Europe) or go to the nearest " +
            "emergency department.",
        ),
        make("p", { class: "told" }),
      ),
    );
    this.drawTold();
    this.root.scrollIntoView?.({ block: "start" });
  }

  drawTold() {
    const line = this.root.querySelector(".told");
    const text = this.isTold ? TOLD : NOT_TOLD;
    if (line.textContent !== text) line.textContent = text;
  }
}

function choice(form, label, value, className) {
  const input = make("input", { type: "radio", name: `item-${form.item.code}` });
  input.checked = form.answers.has(form.item.code) && form.answers.get(form.item.code) === value;
  input.onchange = () => {
    form.root.querySelector(".vas")?.classList.add("unset");
    form.answer(value);
  };
  return make("label", { class: className }, input, make("span", {}, label));
}

function drawChoices(form, item) {
  return item.anchors.map((anchor) => choice(form, anchor.label, anchor.value, "choice"));
}

// A plain line: no ticks, no number, no mark before the answer. The native range says nothing when
// the first click, or Space, lands on its hidden start value; so while unset these count too.
function drawLine(form, item) {
  const middle = (item.minimum + item.maximum) / 2;
  const value = form.answers.get(item.code) ?? null;
  const line = make("input", {
    type: "range",
    class: value === null ? "vas unset" : "vas",
    min: item.minimum,
    max: item.maximum,
    step: 1,
    "aria-labelledby": "item-text",
    "aria-describedby": "line-ends",
  });
  line.value = String(value ?? middle);
  const speak = () =>
    line.setAttribute("aria-valuetext", line.classList.contains("unset") ? "not answered yet" : `${line.value} of ${item.maximum}`);
  const set = () => {
    line.classList.remove("unset");
    speak();
    for (const radio of form.root.querySelectorAll("input[type=radio]")) radio.checked = false;
    form.answer(Number(line.value));
  };
  line.onchange = set;
  line.onclick = () => line.classList.contains("unset") && set();
  line.onkeydown = (event) => {
    if (![" ", "Enter"].includes(event.key) || !line.classList.contains("unset")) return;
    event.preventDefault();
    set();
  };
  speak();
  const [left, right] = [item.anchors[0]?.label ?? "", item.anchors.at(-1)?.label ?? ""];
  return [line, make("div", { class: "ends", id: "line-ends" }, make("span", {}, left), make("span", {}, right))];
}

function drawNumber(form, item) {
  const value = form.answers.get(item.code) ?? null;
  const input = make("input", {
    type: "number",
    class: "number",
    inputmode: "decimal",
    min: item.minimum,
    max: item.maximum,
    step: "any",
    "aria-labelledby": "item-text",
  });
  if (value !== null) input.value = String(value);
  input.onchange = () => input.value !== "" && input.reportValidity() && form.answer(Number(input.value));
  return [input];
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Empty when the server has it; else why not: it `waits` for a better moment, the link has `ended`, or
// it is `refused` for good.
async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return { waits: AWAY };
  }
  if (answer.ok) return {};
  if (answer.status >= 500) return { waits: FAILING };
  if (answer.status === 401) return { ended: true };
  return { refused: await answer.text() };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".form");
  let form = forms.get(data.form);
  const isNew = !form;
  if (isNew) {
    forms.clear(); // one form at a time
    forms.set(data.form, (form = new Form(data)));
  }
  form.told = setTriggerValue;
  if (isNew || form.root !== root) {
    form.root = root;
    form.draw();
  }
}
