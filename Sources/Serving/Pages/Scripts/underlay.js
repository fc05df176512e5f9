// The uploaded page behind the redrawn leads, so that a trace can be compared with the page and corrected.

import { draw } from "./paper.js";

/** Pixels of the overlay per point of a PDF page, which the server draws with 150 dpi. */
const pixelsPerPoint = 150 / 72;
/** Degrees. The boxes of leads on a page that is turned further do not fit. */
const largestRotation = 1;

export class Underlay {
  #pieces = [];
  #tops = new Map();

  /** - result: the JSON of the result. */
  constructor(paper, result) {
    this.paper = paper;
    this.page = result.digitization?.page;
    this.address = result.links.overlay;
    this.isPossible = Boolean(this.address && this.page?.pixels_per_mm)
      && Math.abs(this.page.rotation_deg) <= largestRotation;
    if (!this.isPossible) return;
    this.scale = this.page.kind === "vector" ? pixelsPerPoint : 1;
    // Leads as they were read. Of leads that were corrected before, the place on the page is unknown.
    const changed = new Set(result.corrections.flatMap((one) => one.leads ?? one.lead ?? []));
    for (const lead of paper.leads) {
      if (!changed.has(lead.name)) this.#tops.set(this.#key(lead.name, lead), this.#top(lead));
    }
  }

  #key(name, lead) { return `${name} ${lead.isStrip}`; }

  #top(lead) { return Math.max(...lead.lines.flat().map(([, value]) => value)); }

  /** Draws the page behind all leads, with the corrections that a list names. */
  async show(isOn, corrections) {
    for (const piece of this.#pieces) piece.remove();
    this.#pieces = [];
    if (!isOn || !this.isPossible) return;
    this.image ??= await load(this.address);
    if (!this.image) return;
    for (const lead of this.paper.leads) {
      const { name, isFlipped } = original(lead.name, corrections);
      const box = this.page.leads.find((one) => one.name === name && one.rhythm_strip === lead.isStrip);
      const top = this.#tops.get(this.#key(name, lead));
      if (box && top !== undefined) this.#draw(lead, box.box, top, isFlipped, corrections);
    }
  }

  /** Draws the part of the page that belongs to a lead. */
  #draw(lead, [left, top], highest, isFlipped, corrections) {
    const { page, scale } = this;
    const readGain = lead.name.startsWith("V") ? page.mm_per_mv_chest ?? page.mm_per_mv : page.mm_per_mv;
    const gain = corrections.findLast((one) => one.change === "gain" && [null, lead.name].includes(one.lead))?.mm_per_mv
      ?? readGain;
    const speed = corrections.findLast((one) => one.change === "speed")?.mm_per_s ?? page.mm_per_s;
    const pixels = page.pixels_per_mm * scale;
    const [right, down] = [speed * pixels / lead.perSecond, gain * pixels / Math.abs(lead.perMillivolt)];
    const [width, height] = [(lead.to - lead.from) * lead.perSecond, lead.bottom - lead.top];
    const first = top * scale - (lead.y - highest * readGain / gain * lead.perMillivolt - lead.top) * down;
    const picture = draw("image", { href: this.address, width: this.image.naturalWidth, height: this.image.naturalHeight });
    const window = draw("svg", {
      x: lead.x, y: lead.top, width, height, preserveAspectRatio: "none",
      viewBox: `${left * scale} ${first} ${width * right} ${height * down}`,
    }, picture);
    const piece = draw("g", { class: "underlay", "aria-hidden": "true" }, window);
    if (isFlipped) piece.setAttribute("transform", `translate(0 ${2 * lead.y}) scale(1 -1)`);
    lead.element.prepend(piece);
    this.#pieces.push(piece);
  }
}

/** Returns the name with which a lead was read, and whether it was turned upside down since. */
function original(name, corrections) {
  let isFlipped = false;
  for (const one of [...corrections].reverse()) {
    if (one.change === "rename" && one.to === name) name = one.lead;
    else if (one.change === "swap" && one.leads.includes(name)) name = one.leads.find((other) => other !== name) ?? name;
    else if (one.change === "flip" && one.lead === name) isFlipped = !isFlipped;
  }
  return { name, isFlipped };
}

/** Returns the loaded picture; null if it could not be loaded. */
function load(address) {
  return new Promise((resolve) => {
    const image = new Image();
    image.addEventListener("load", () => resolve(image));
    image.addEventListener("error", () => resolve(null));
    image.src = address;
  });
}
