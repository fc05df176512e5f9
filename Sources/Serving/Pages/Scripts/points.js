// Tools that change a trace on the paper: drag points, draw a line, choose a part, and move a lead.

import { voltage } from "./calipers.js";
import { draw } from "./paper.js";

/** Pixels: how far the shown points may be from the trace, and how near a pointer takes one. */
const tolerance = 2.5;
const reach = 14;
/** Milliseconds without a key after which a moved point is sent. */
const patience = 600;

export class TraceTools {
  /**
   * - correct: takes a correction.
   * - choose: is called with the lead that was tapped.
   */
  constructor(paper, correct, choose) {
    this.paper = paper;
    this.correct = correct;
    this.choose = choose;
    this.isOn = false;
    this.tool = "points";
    this.lead = null;
    /** The shown points of the trace, or of the drawn line: [s, mV]. */
    this.points = [];
    this.selected = 0;
    this.group = draw("g", { class: "points" });
    this.line = draw("path", { class: "changed" });
    this.dots = draw("g", { class: "dots" });
    this.handle = draw("g", { class: "handle", role: "slider", tabindex: "0", "aria-label": "Point of the trace" },
      draw("circle", { class: "target" }), draw("circle", { class: "knob" }));
    this.group.append(this.line, this.dots, this.handle);
    this.handle.addEventListener("keydown", (event) => this.#key(event));
    this.handle.addEventListener("blur", () => this.#send());
    paper.addEventListener("view", () => this.#follow());
    paper.addEventListener("tap", (event) => this.#tap(event.detail));
    paper.tools.push(this);
  }

  /** Shows the tool's points of a lead. */
  use(isOn, tool, lead) {
    if (tool !== this.tool || lead !== this.lead) this.#send();
    if (tool === "line" && (this.tool !== "line" || lead?.name !== this.lead?.name)) this.points = [];
    [this.isOn, this.tool, this.lead] = [isOn && lead !== null, tool, lead];
    this.moved = null;
    this.line.removeAttribute("transform");
    if (!this.isOn) {
      this.group.remove();
      return;
    }
    // An element that moves loses the focus.
    if (!this.group.isConnected) this.paper.layer.append(this.group);
    if (tool === "points") this.#simplify();
    this.#show();
  }

  // The points of the trace

  #simplify() {
    const time = this.points[this.selected]?.[0];
    const far = tolerance / this.paper.scale;
    const [first, last] = this.#visible;
    this.points = this.lead.lines.flatMap((line) => {
      const inside = line.filter(([t]) => t >= first && t <= last);
      return inside.length > 1 ? simplified(inside, far, this.lead) : [];
    });
    this.detail = this.paper.scale;
    this.first = first;
    this.selected = nearest(this.points, time ?? (first + last) / 2);
  }

  /** The times of the lead that are on the screen. */
  get #visible() {
    const { paper, lead } = this;
    const [left, right] = [paper.corner.x, paper.corner.x + paper.host.clientWidth / paper.scale];
    return [Math.max(lead.from, lead.timeAt(left)), Math.min(lead.to, lead.timeAt(right))];
  }

  /** After zooming or moving, other points can be told apart. */
  #follow() {
    if (!this.isOn) return;
    const isNew = this.detail !== this.paper.scale || this.first !== this.#visible[0];
    if (this.tool === "points" && isNew && !this.moved && !this.dragging) this.#simplify();
    this.#show();
  }

  /** Returns the trace between the neighbors of the selected point, with the point moved; the others stay. */
  #changed() {
    const [time, value] = this.moved;
    const before = this.points[this.selected - 1] ?? this.points[this.selected];
    const after = this.points[this.selected + 1] ?? this.points[this.selected];
    const [oldTime, oldValue] = this.points[this.selected];
    const samples = this.lead.lines.flat().filter(([t]) => t > before[0] + 1e-6 && t < after[0] - 1e-6);
    const changed = [before, ...samples, after].map(([t, v]) => {
      const whole = t <= oldTime ? oldTime - before[0] : after[0] - oldTime;
      const weight = whole > 0 ? 1 - Math.abs(t - oldTime) / whole : 1;
      return [t + weight * (time - oldTime), v + weight * (value - oldValue)];
    });
    return increasing(changed);
  }

  /** Sends the moved point. */
  #send() {
    clearTimeout(this.timer);
    if (!this.moved || this.tool !== "points") return;
    const points = this.#changed();
    this.points[this.selected] = this.moved;
    this.moved = null;
    if (points.length > 1) this.correct({ change: "points", lead: this.lead.name, points });
  }

  addPoint() {
    if (!this.isOn || this.points.length === 0) return;
    const next = this.points[this.selected + 1] ?? this.points[this.selected - 1];
    this.#insert((this.points[this.selected][0] + next[0]) / 2);
    this.handle.focus();
  }

  #insert(time) {
    const at = this.lead.clamped(time);
    const value = this.lead.value(at);
    if (Number.isNaN(value) || this.points.some(([t]) => Math.abs(t - at) < 1e-6)) return;
    this.#send();
    this.points.push([at, value]);
    this.points.sort((one, other) => one[0] - other[0]);
    this.selected = nearest(this.points, at);
    this.#show();
  }

  /** A straight line takes the place of the selected point. */
  removePoint() {
    if (!this.isOn || this.points.length < 3) return;
    this.moved = null;
    const [before, after] = [this.points[this.selected - 1], this.points[this.selected + 1]];
    if (!before || !after) return;
    this.points.splice(this.selected, 1);
    this.selected -= 1;
    if (this.tool === "points") this.correct({ change: "points", lead: this.lead.name, points: [before, after].map(rounded) });
    this.#show();
  }

  // The drawn line

  useLine() {
    if (this.points.length < 2) return;
    const points = this.points.map(rounded);
    this.points = [];
    this.correct({ change: "points", lead: this.lead.name, points });
  }

  clearLine() {
    this.points = [];
    this.#show();
  }

  // Pointers

  take(event) {
    if (!this.isOn) return false;
    const start = this.paper.point(event);
    if (this.tool === "points" || this.tool === "line") {
      const distances = this.points.map(([t, v]) => {
        const [x, y] = this.lead.place(t, v);
        return Math.hypot(x - start.x, y - start.y) * this.paper.scale;
      });
      const index = distances.indexOf(Math.min(...distances));
      if (!(distances[index] <= reach)) return false;
      if (index !== this.selected) this.#send();
      this.selected = index;
      this.#show();
      this.#drag(event, (point) => this.#moveTo(point), () => this.#drop());
      return true;
    }
    const lead = this.paper.leadAt(start);
    if (!lead || start.y < lead.top || start.y > lead.bottom) return false;
    if (lead !== this.lead) this.choose(lead);
    if (this.tool === "part") {
      this.#drag(event, (point) => this.showPart(lead.timeAt(start.x), lead.timeAt(point.x), true), () => {});
    } else {
      this.#drag(event, (point) => this.#shiftTo(start, point), (point) => this.#shifted(start, point));
    }
    return true;
  }

  #drag(event, move, drop) {
    event.preventDefault();
    const { host } = this.paper;
    const start = { x: event.clientX, y: event.clientY };
    host.setPointerCapture(event.pointerId);
    this.dragging = true;
    const moved = (next) => {
      if (next.pointerId !== event.pointerId) return;
      if (Math.hypot(next.clientX - start.x, next.clientY - start.y) > 2) move(this.paper.point(next));
    };
    const stop = (next) => {
      if (next.pointerId !== event.pointerId) return;
      for (const [kind, listener] of [["pointermove", moved], ["pointerup", stop], ["pointercancel", stop]]) {
        host.removeEventListener(kind, listener);
      }
      this.dragging = false;
      this.handle.focus({ preventScroll: true });
      drop(this.paper.point(next));
    };
    host.addEventListener("pointermove", moved);
    host.addEventListener("pointerup", stop);
    host.addEventListener("pointercancel", stop);
  }

  #moveTo({ x, y }) {
    this.#moveSelected(this.lead.timeAt(x), this.lead.valueAtHeight(y));
  }

  /** Moves the selected point between its neighbors. */
  #moveSelected(time, value) {
    const gap = 1 / this.lead.rate;
    const low = (this.points[this.selected - 1]?.[0] ?? this.lead.from - gap) + gap;
    const high = (this.points[this.selected + 1]?.[0] ?? this.lead.to + gap) - gap;
    const place = [Math.min(Math.max(this.lead.clamped(time), low), Math.max(high, low)), value];
    if (this.tool === "line") this.points[this.selected] = place; else this.moved = place;
    this.#show();
  }

  #drop() {
    if (this.tool === "points") this.#send();
  }

  /** A tap chooses another lead, or adds a point to the trace or to the line. */
  #tap(point) {
    if (!this.isOn) return;
    const lead = this.paper.leadAt(point);
    if (lead && lead !== this.lead && (this.tool !== "line" || this.points.length === 0)) {
      this.choose(lead);
      if (this.tool !== "line") return;
    }
    const time = this.lead.timeAt(point.x);
    if (time < this.lead.from || time > this.lead.to) return;
    if (this.tool === "points") this.#insert(time);
    if (this.tool === "line") {
      const at = this.lead.clamped(time);
      this.points = this.points.filter(([t]) => Math.abs(t - at) > 1e-6);
      this.points.push([at, this.lead.valueAtHeight(point.y)]);
      this.points.sort((one, other) => one[0] - other[0]);
      this.selected = nearest(this.points, at);
      this.#show();
    }
  }

  // Parts and leads

  /** Shows a part. With `isDragged`, the fields follow. */
  showPart(from, to, isDragged = false) {
    this.part = [from, to].map((time) => this.lead.clamped(time)).sort((one, other) => one - other);
    this.#show();
    if (isDragged) this.paper.dispatchEvent(new CustomEvent("part", { detail: this.part }));
  }

  #shiftTo(start, point) {
    this.line.setAttribute("transform", `translate(${point.x - start.x} ${point.y - start.y})`);
  }

  #shifted(start, point) {
    this.line.removeAttribute("transform");
    const seconds = Math.round((point.x - start.x) / this.lead.perSecond * this.lead.rate) / this.lead.rate;
    const mv = Math.round((start.y - point.y) / this.lead.perMillivolt * 100) / 100;
    if (seconds || mv) this.correct({ change: "shift", lead: this.lead.name, seconds, mv });
  }

  // Keys

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [time, value] = this.moved ?? this.points[this.selected] ?? [];
    if (time === undefined) return;
    const step = 1 / this.lead.rate;
    const nudge = (seconds, millivolts) => {
      this.#moveSelected(time + seconds, value + millivolts);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#send(), patience);
    };
    const select = (next) => {
      this.#send();
      this.selected = Math.min(Math.max(next, 0), this.points.length - 1);
      this.#show();
    };
    const actions = {
      ArrowLeft: () => (event.shiftKey ? nudge(-step, 0) : select(this.selected - 1)),
      ArrowRight: () => (event.shiftKey ? nudge(step, 0) : select(this.selected + 1)),
      ArrowUp: () => nudge(0, 0.02), ArrowDown: () => nudge(0, -0.02),
      PageUp: () => nudge(0, 0.2), PageDown: () => nudge(0, -0.2),
      Home: () => select(0), End: () => select(this.points.length - 1),
      Delete: () => this.removePoint(), Backspace: () => this.removePoint(),
      a: () => this.addPoint(), A: () => this.addPoint(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  // Drawing

  #show() {
    if (!this.isOn) return;
    const { lead, tool } = this;
    const pixel = 1 / this.paper.scale;
    const hasPoints = (tool === "points" || tool === "line") && this.points.length > 0;
    this.handle.toggleAttribute("hidden", !hasPoints);
    this.dots.replaceChildren(...(hasPoints ? this.points : []).map(([t, v]) => {
      const [x, y] = lead.place(t, v);
      return draw("circle", { cx: x, cy: y, r: 3.5 * pixel, "stroke-width": 1.2 * pixel });
    }));
    if (hasPoints) {
      this.selected = Math.min(this.selected, this.points.length - 1);
      const [time, value] = this.moved ?? this.points[this.selected];
      const [x, y] = lead.place(time, value);
      const [target, knob] = this.handle.children;
      for (const [circle, radius] of [[target, 14], [knob, 6]]) {
        circle.setAttribute("cx", x);
        circle.setAttribute("cy", y);
        circle.setAttribute("r", radius * pixel);
      }
      knob.setAttribute("stroke-width", 2 * pixel);
      this.handle.setAttribute("aria-valuemin", "0");
      this.handle.setAttribute("aria-valuemax", String(this.points.length - 1));
      this.handle.setAttribute("aria-valuenow", String(this.selected));
      this.handle.setAttribute("aria-valuetext", `Lead ${lead.name}, point ${this.selected + 1} of ${this.points.length}, `
        + `${time.toFixed(3)} s, ${voltage(value)}`);
    }
    this.line.setAttribute("stroke-width", 1.8 * pixel);
    this.line.setAttribute("d", this.#outline());
    this.line.classList.toggle("is-part", tool === "part");
  }

  #outline() {
    const { lead, tool } = this;
    const path = (points) => points.map(([t, v], index) => `${index ? "L" : "M"}${lead.place(t, v).join(" ")}`).join("");
    if (tool === "points") return this.moved ? path(this.#changed()) : "";
    if (tool === "line") return path(this.points);
    if (tool === "box") return lead.lines.map(path).join("");
    if (!this.part) return "";
    const [left, right] = this.part.map((time) => lead.place(time, 0)[0]);
    return `M${left} ${lead.top}H${right}V${lead.bottom}H${left}Z`;
  }
}

/** Returns the points whose lines are nowhere farther from the trace. Source: Douglas & Peucker, 1973. */
function simplified(line, far, lead) {
  const places = line.map(([t, v]) => lead.place(t, v));
  const kept = new Set([0, line.length - 1]);
  const parts = [[0, line.length - 1]];
  while (parts.length > 0) {
    const [first, last] = parts.pop();
    const [[x0, y0], [x1, y1]] = [places[first], places[last]];
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    let [worst, most] = [-1, far];
    for (let index = first + 1; index < last; index += 1) {
      const [x, y] = places[index];
      const distance = Math.abs((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / length;
      if (distance > most) [worst, most] = [index, distance];
    }
    if (worst < 0) continue;
    kept.add(worst);
    parts.push([first, worst], [worst, last]);
  }
  return [...kept].sort((one, other) => one - other).map((index) => line[index]);
}

function nearest(points, time) {
  let best = 0;
  points.forEach(([t], index) => { if (Math.abs(t - time) < Math.abs(points[best][0] - time)) best = index; });
  return best;
}

function rounded([time, value]) {
  return [Math.round(time * 1e5) / 1e5, Math.round(value * 1e4) / 1e4];
}

/** Returns the points whose times increase. */
function increasing(points) {
  const found = [];
  for (const point of points.map(rounded)) if (found.length === 0 || point[0] > found.at(-1)[0] + 1e-6) found.push(point);
  return found;
}
