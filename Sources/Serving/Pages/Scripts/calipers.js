// Calipers: two ends that snap to the trace, and what lies between them in ms, bpm and mV.

import { draw } from "./paper.js";

/** Pixels within which an end snaps to the start or end of a wave. */
const snapDistance = 8;

export class Calipers {
  /** - output: the element for the measured values. */
  constructor(paper, output) {
    this.paper = paper;
    this.output = output;
    this.isOn = false;
    this.ends = [];
    this.group = draw("g", { class: "calipers" });
    this.band = draw("path", { class: "band" });
    this.handles = [0, 1].map((index) => this.#handle(index));
    this.group.append(this.band, ...this.handles);
    paper.addEventListener("view", () => this.#place());
    paper.addEventListener("load", () => this.#renew());
    paper.addEventListener("tap", (event) => this.#tap(event.detail));
    paper.tools.push(this);
  }

  toggle(isOn) {
    this.isOn = isOn;
    this.output.hidden = !isOn;
    if (!isOn) {
      this.group.remove();
      return;
    }
    if (!this.group.isConnected) this.paper.layer.append(this.group);
    if (this.ends.length === 0) this.#start();
    this.#place();
  }

  /** Starts with the first two beats of a lead that is in view. */
  #start() {
    const { paper } = this;
    const [width, height] = [paper.host.clientWidth, paper.host.clientHeight].map((pixels) => pixels / paper.scale);
    const visible = (lead) => lead.top >= paper.corner.y && lead.bottom <= paper.corner.y + height
      && lead.x < paper.corner.x + width / 2;
    const lead = paper.leads.find((one) => visible(one) && one.name === "II") ?? paper.leads.find(visible)
      ?? paper.leads[0];
    if (!lead) return;
    const beats = [...lead.element.querySelectorAll("line.beat")].map((line) => Number(line.dataset.s));
    const times = beats.length > 1 ? beats.slice(0, 2) : [lead.from + 0.2, lead.from + 1];
    this.ends = times.map((time) => ({ lead, time: lead.clamped(time) }));
  }

  /** After a new drawing, the ends stay at their times. */
  #renew() {
    this.ends = this.ends.map((end) => {
      const lead = this.paper.leads.find((one) => one.name === end.lead.name && one.from === end.lead.from)
        ?? this.paper.leads[0];
      return { lead, time: lead.clamped(end.time) };
    });
    if (this.isOn) this.toggle(true);
  }

  #handle(index) {
    const name = index === 0 ? "Start of the measured interval" : "End of the measured interval";
    const handle = draw("g", { class: "handle", tabindex: "0", role: "slider", "aria-label": name },
      draw("line", { class: "ruler" }), draw("circle", { class: "target" }), draw("circle", { class: "knob" }),
      draw("text", { class: "letter", "text-anchor": "middle" }));
    handle.lastChild.textContent = "AB"[index];
    handle.addEventListener("keydown", (event) => this.#key(event, index));
    return handle;
  }

  #key(event, index) {
    const end = this.ends[index];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = (event.shiftKey ? 20 : 1) / end.lead.rate;
    const actions = {
      ArrowLeft: () => this.#move(index, end.lead, end.time - step),
      ArrowRight: () => this.#move(index, end.lead, end.time + step),
      ArrowUp: () => this.#otherLead(index, -1), ArrowDown: () => this.#otherLead(index, 1),
      PageUp: () => this.#nextMark(index, 1), PageDown: () => this.#nextMark(index, -1),
      Home: () => this.#move(index, end.lead, end.lead.from), End: () => this.#move(index, end.lead, end.lead.to),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  }

  #otherLead(index, step) {
    const { lead, time } = this.ends[index];
    const leads = this.paper.leads.filter((one) => time >= one.from && time <= one.to);
    const next = leads[(leads.indexOf(lead) + step + leads.length) % leads.length];
    if (next) this.#move(index, next, time);
  }

  #nextMark(index, direction) {
    const { lead, time } = this.ends[index];
    const marks = lead.marks.filter((mark) => direction * (mark - time) > 1e-6)
      .sort((first, second) => direction * (first - second));
    if (marks.length > 0) this.#move(index, lead, marks[0]);
  }

  #move(index, lead, time) {
    this.ends[index] = { lead, time: lead.clamped(time) };
    this.#place();
  }

  /** Takes a pointer on a handle. */
  take(event) {
    const index = this.handles.findIndex((handle) => handle.contains(event.target));
    if (index < 0 || !this.isOn) return false;
    event.preventDefault();
    const handle = this.handles[index];
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const move = (moved) => this.#moveTo(index, this.paper.point(moved));
    const stop = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", stop);
      handle.removeEventListener("pointercancel", stop);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", stop);
    handle.addEventListener("pointercancel", stop);
    return true;
  }

  /** A tap moves the nearer end, which needs no dragging. */
  #tap(point) {
    if (!this.isOn || this.paper.isTaken) return;
    const distances = this.ends.map(({ lead, time }) => {
      const [x, y] = lead.place(time, lead.value(time) || 0);
      return Math.hypot(x - point.x, y - point.y);
    });
    this.#moveTo(distances[0] <= distances[1] ? 0 : 1, point);
  }

  #moveTo(index, point) {
    const lead = this.paper.leadAt(point);
    if (!lead) return;
    const time = lead.timeAt(point.x);
    const reach = snapDistance / this.paper.scale / lead.perSecond;
    const mark = lead.marks.filter((one) => Math.abs(one - time) <= reach)
      .sort((first, second) => Math.abs(first - time) - Math.abs(second - time))[0];
    this.#move(index, lead, mark ?? time);
  }

  /** Draws the ends in a size that does not depend on the zoom. */
  #place() {
    if (!this.isOn || this.ends.length < 2) return;
    const pixel = 1 / this.paper.scale;
    const places = this.ends.map(({ lead, time }) => lead.place(time, lead.value(time) || 0));
    const tops = this.ends.map(({ lead }) => lead.top);
    const bottoms = this.ends.map(({ lead }) => lead.bottom);
    const [top, bottom] = [Math.min(...tops), Math.max(...bottoms)];
    this.handles.forEach((handle, index) => {
      const [line, target, knob, letter] = handle.children;
      const [x, y] = places[index];
      set(line, { x1: x, x2: x, y1: top, y2: bottom, "stroke-width": 1.5 * pixel });
      set(target, { cx: x, cy: y, r: 15 * pixel });
      set(knob, { cx: x, cy: y, r: 6 * pixel, "stroke-width": 2 * pixel });
      set(letter, { x, y: top - 3 * pixel, "font-size": 14 * pixel });
      const { lead, time } = this.ends[index];
      set(handle, {
        "aria-valuemin": lead.from, "aria-valuemax": lead.to, "aria-valuenow": time,
        "aria-valuetext": `Lead ${lead.title}, ${time.toFixed(3)} s, ${voltage(lead.value(time))}`,
      });
    });
    set(this.band, { d: `M${places[0][0]} ${top}H${places[1][0]}V${bottom}H${places[0][0]}Z` });
    this.output.textContent = this.text;
  }

  get text() {
    const [first, last] = this.ends;
    const milliseconds = Math.abs(last.time - first.time) * 1000;
    const parts = [`${milliseconds.toFixed(0)} ms`];
    if (milliseconds > 0) parts.push(`${(60000 / milliseconds).toFixed(0)} bpm`);
    const difference = last.lead.value(last.time) - first.lead.value(first.time);
    parts.push(`${voltage(difference)}`);
    const leads = first.lead === last.lead ? `lead ${first.lead.name}`
      : `${first.lead.name} to ${last.lead.name}`;
    return `A to B: ${parts.join(" · ")} (${leads})`;
  }
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

/** Returns a voltage in words. */
export function voltage(value) {
  return Number.isNaN(value) ? "no trace" : `${value.toFixed(2).replace("-", "−")} mV`;
}
