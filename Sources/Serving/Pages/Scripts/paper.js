// The drawn ECG: loads it, zooms and pans it by mouse, touch and keyboard, and converts millimeters into seconds and
// millivolts.

const names = "http://www.w3.org/2000/svg";
/** Pixels per millimeter at which a trace can be read; a small screen starts with this scale and shows a part. */
const readable = 2.4;
const largest = 40;
/** Pixels that a finger may move in a tap. */
const tapDistance = 5;

/** Creates an element of the drawing. */
export function draw(name, attributes, ...children) {
  const element = document.createElementNS(names, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A lead's part of the drawing, with its trace in seconds and millivolts. */
export class Lead {
  constructor(element) {
    const data = element.dataset;
    this.element = element;
    this.name = data.lead;
    [this.from, this.to, this.x, this.y] = [data.fromS, data.toS, data.x, data.y].map(Number);
    [this.perSecond, this.perMillivolt, this.rate] = [data.mmPerS, data.mmPerMv, data.rate].map(Number);
    [this.top, this.bottom] = data.top === undefined ? [this.y - 16, this.y + 14]
      : [Number(data.top), Number(data.top) + Number(data.height)];
    this.isStrip = data.strip === "true";
    /** The name in lists. A lead that is drawn several times has more than its name. */
    this.title = this.isStrip ? `${this.name} (strip)` : this.name;
    /** The lines of the trace, each a list of [t, mV]. There is nothing between them. */
    this.lines = [...element.querySelectorAll("path.trace")].flatMap((path) => lines(path.getAttribute("d") ?? ""))
      .map((line) => line.map(([x, y]) => [this.timeAt(x), this.valueAtHeight(y)]));
    /** Times of the ends of waves and of beats. */
    this.marks = [
      ...[...element.querySelectorAll("path[data-from-s]")].flatMap((path) => [path.dataset.fromS, path.dataset.toS]),
      ...[...element.querySelectorAll("line.beat")].map((line) => line.dataset.s),
    ].map(Number);
  }

  timeAt(x) { return this.from + (x - this.x) / this.perSecond; }
  valueAtHeight(y) { return (this.y - y) / this.perMillivolt; }
  place(time, value) {
    return [this.x + (time - this.from) * this.perSecond, this.y - value * this.perMillivolt];
  }

  /** The trace in mV, NaN where there is none. */
  value(time) {
    const line = this.lines.find((one) => time >= one[0][0] - 1e-6 && time <= one.at(-1)[0] + 1e-6);
    if (!line) return NaN;
    let [low, high] = [0, line.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (line[middle][0] <= time) low = middle; else high = middle;
    }
    const [[t0, v0], [t1, v1]] = [line[low], line[high]];
    return t1 > t0 ? v0 + (v1 - v0) * Math.min(Math.max((time - t0) / (t1 - t0), 0), 1) : v0;
  }

  /** The time within the lead, on a sample. */
  clamped(time) {
    const inside = Math.min(Math.max(time, this.from), this.to);
    return Math.round(inside * this.rate) / this.rate;
  }
}

/** Returns the lines of a path that has moves and straight lines only. */
function lines(path) {
  const found = [];
  let [x, y, command] = [0, 0, "M"];
  const parts = path.match(/[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi) ?? [];
  for (let index = 0; index < parts.length;) {
    if (/[A-Za-z]/.test(parts[index])) {
      command = parts[index];
      index += 1;
      if (command === "Z" || command === "z") continue;
    }
    const isRelative = command === command.toLowerCase();
    const kind = command.toUpperCase();
    if (kind !== "V") x = Number(parts[index++]) + (isRelative ? x : 0);
    if (kind !== "H") y = Number(parts[index++]) + (isRelative ? y : 0);
    if (kind === "M") {
      found.push([]);
      command = isRelative ? "l" : "L";
    }
    found.at(-1).push([x, y]);
  }
  return found.filter((line) => line.length > 1);
}

/** Events: `view` after each change of the view, `load` after a new drawing, `tap` ({x, y} in mm, and the pointer). */
export class Paper extends EventTarget {
  leads = [];
  /** The left upper corner in mm. */
  corner = { x: 0, y: 0 };
  /** Pixels per millimeter; 0 before the first drawing. */
  scale = 0;
  /** Objects that may take a pointer before it pans the paper: `take(event)` returns whether they do. */
  tools = [];
  #pointers = new Map();
  #layer = draw("g", { class: "layer" });

  constructor(host) {
    super();
    this.host = host;
    host.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    host.addEventListener("pointerdown", (event) => this.#press(event));
    host.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel"]) {
      host.addEventListener(kind, (event) => this.#release(event));
    }
    host.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#resize()).observe(host);
  }

  /** Above the leads, for tools. */
  get layer() { return this.#layer; }

  /** Loads a drawing, and keeps the view. */
  async load(address) {
    const response = await fetch(address, { headers: { Accept: "image/svg+xml" } });
    if (!response.ok) throw new Error("The ECG could not be loaded. Reload the page.");
    const page = new DOMParser().parseFromString(await response.text(), "image/svg+xml");
    const svg = document.adoptNode(page.documentElement);
    [this.width, this.height] = svg.getAttribute("viewBox").split(/[ ,]+/).slice(2).map(Number);
    this.svg = svg;
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    svg.setAttribute("role", "group");
    // The focus stays on a tool that moves into the new drawing.
    const focused = this.#layer.contains(document.activeElement) ? document.activeElement : null;
    svg.append(this.#layer);
    this.host.replaceChildren(svg);
    focused?.focus({ preventScroll: true });
    this.host.classList.add("is-loaded");
    this.leads = [...svg.querySelectorAll("g.lead")].map((element) => new Lead(element));
    const again = this.leads.filter((lead) => this.leads.some((other) => other !== lead && other.title === lead.title));
    for (const lead of again) lead.title += `, from ${lead.from} s`;
    if (this.scale === 0) {
      this.#resize();
      this.scale = Math.max(this.#smallest, Math.min(readable, this.host.clientHeight / this.height));
      this.corner = { x: 0, y: 0 };
    }
    this.#show();
    this.dispatchEvent(new Event("load"));
  }

  get #smallest() {
    return Math.min(this.host.clientWidth / this.width, this.host.clientHeight / this.height);
  }

  get isWhole() { return this.scale <= this.#smallest * 1.001; }

  #resize() {
    if (!this.width) return;
    const wanted = Math.max(this.host.clientWidth * this.height / this.width, readable * this.height);
    this.host.style.height = `${Math.round(Math.min(wanted, 0.8 * window.innerHeight))}px`;
    this.#show();
  }

  #show() {
    if (!this.width || this.scale === 0) return;
    this.scale = Math.min(Math.max(this.scale, this.#smallest), largest);
    const [width, height] = [this.host.clientWidth / this.scale, this.host.clientHeight / this.scale];
    const inside = (start, shown, all) => shown >= all ? (all - shown) / 2 : Math.min(Math.max(start, 0), all - shown);
    this.corner = { x: inside(this.corner.x, width, this.width), y: inside(this.corner.y, height, this.height) };
    this.svg.setAttribute("viewBox", `${this.corner.x} ${this.corner.y} ${width} ${height}`);
    // A finger scrolls the page where the paper itself cannot move up or down.
    this.host.style.touchAction = height >= this.height - 1e-6 ? "pan-y" : "none";
    this.host.style.setProperty("--pixel", `${1 / this.scale}px`);
    this.dispatchEvent(new Event("view"));
  }

  /** Zooms around a point of the screen, by default the center. */
  zoom(factor, at) {
    const box = this.host.getBoundingClientRect();
    const point = at ? { x: at.clientX - box.left, y: at.clientY - box.top }
      : { x: box.width / 2, y: box.height / 2 };
    const before = this.scale;
    const scale = Math.min(Math.max(before * factor, this.#smallest), largest);
    this.corner.x += point.x / before - point.x / scale;
    this.corner.y += point.y / before - point.y / scale;
    this.scale = scale;
    this.#show();
    return scale !== before;
  }

  /** Moves the view by pixels. */
  pan(right, down) {
    this.corner.x += right / this.scale;
    this.corner.y += down / this.scale;
    this.#show();
  }

  showWhole() {
    this.scale = this.#smallest;
    this.#show();
  }

  /** Shows a lead as large as it fits. */
  showLead(lead) {
    const width = Math.max((lead.to - lead.from) * lead.perSecond, 20) + 6;
    this.scale = Math.min(this.host.clientWidth / width, this.host.clientHeight / (lead.bottom - lead.top));
    this.corner = { x: lead.x - 3, y: (lead.top + lead.bottom - this.host.clientHeight / this.scale) / 2 };
    this.#show();
  }

  /** Returns a pointer's place in mm. */
  point(event) {
    const box = this.host.getBoundingClientRect();
    return {
      x: this.corner.x + (event.clientX - box.left) / this.scale,
      y: this.corner.y + (event.clientY - box.top) / this.scale,
    };
  }

  /** Returns the lead whose trace is nearest to a place, among those drawn there. */
  leadAt({ x, y }) {
    const distance = (lead) => {
      const value = lead.value(lead.timeAt(x));
      const trace = Number.isNaN(value) ? Infinity : Math.abs(lead.place(0, value)[1] - y);
      return Math.min(trace, Math.max(lead.top - y, y - lead.bottom, 0) + 2);
    };
    return this.leads
      .filter((lead) => x >= lead.x - 1 && x <= lead.x + (lead.to - lead.from) * lead.perSecond + 1)
      .sort((first, second) => distance(first) - distance(second))[0] ?? null;
  }

  #wheel(event) {
    // At the smallest scale, a turn that would make the paper smaller scrolls the page.
    if (event.deltaY > 0 && this.isWhole) return;
    event.preventDefault();
    this.zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 200), event);
  }

  #press(event) {
    if (event.button !== 0 || !this.svg) return;
    if (this.#pointers.size === 0 && this.tools.some((tool) => tool.take(event))) return;
    this.host.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, startX: event.clientX, startY: event.clientY });
  }

  #move(event) {
    const own = this.#pointers.get(event.pointerId);
    if (!own) return;
    const other = [...this.#pointers.values()].find((one) => one !== own);
    if (other) {
      const distance = (x, y) => Math.max(Math.hypot(x - other.x, y - other.y), 10);
      const center = { clientX: (event.clientX + other.x) / 2, clientY: (event.clientY + other.y) / 2 };
      this.zoom(distance(event.clientX, event.clientY) / distance(own.x, own.y), center);
      this.pan((own.x - event.clientX) / 2, (own.y - event.clientY) / 2);
    } else {
      this.pan(own.x - event.clientX, own.y - event.clientY);
    }
    [own.x, own.y] = [event.clientX, event.clientY];
  }

  #release(event) {
    const own = this.#pointers.get(event.pointerId);
    this.#pointers.delete(event.pointerId);
    if (!own || event.type === "pointercancel" || this.#pointers.size > 0) return;
    if (Math.hypot(event.clientX - own.startX, event.clientY - own.startY) <= tapDistance) {
      this.dispatchEvent(new CustomEvent("tap", { detail: this.point(event) }));
    }
  }

  #key(event) {
    if (event.target !== this.host || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 200 : 50;
    const actions = {
      "+": () => this.zoom(1.25), "=": () => this.zoom(1.25), "-": () => this.zoom(0.8), "−": () => this.zoom(0.8),
      "0": () => this.showWhole(),
      ArrowLeft: () => this.pan(-step, 0), ArrowRight: () => this.pan(step, 0),
      ArrowUp: () => this.pan(0, -step), ArrowDown: () => this.pan(0, step),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}
