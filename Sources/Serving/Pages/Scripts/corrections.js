// Corrections by hand: keeps their list, sends it after each change, and renews the ECG and the findings.

import { TraceTools } from "./points.js";
import { Underlay } from "./underlay.js";

const standardLeads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

export class Corrections {
  /**
   * - panel: the element with the fields and buttons.
   * - address: the address of the result.
   * - renew: loads the findings again.
   */
  constructor(paper, panel, address, renew) {
    this.paper = paper;
    this.panel = panel;
    this.address = address;
    this.renew = renew;
    this.list = [];
    this.undone = [];
    this.lead = null;
    this.tools = new TraceTools(paper, (correction) => this.add([correction]), (lead) => this.#choose(lead));
    this.#connect();
    paper.addEventListener("load", () => {
      this.#listLeads();
      this.#showPage();
    });
    paper.addEventListener("part", ({ detail: [from, to] }) => {
      this.#field("part-from").value = from.toFixed(2);
      this.#field("part-to").value = to.toFixed(2);
    });
    this.#listLeads();
  }

  #field(id) { return this.panel.querySelector(`#${id}`); }

  get #tool() { return this.panel.querySelector("[name=tool]:checked").value; }

  async toggle(isOn) {
    this.panel.hidden = !isOn;
    this.paper.isTaken = isOn;
    this.#useTool();
    this.#showPage();
    if (!isOn || this.isRead) return;
    this.isRead = true;
    try {
      const response = await fetch(this.address, { headers: { Accept: "application/json" } });
      const result = await response.json();
      this.list = result.corrections ?? [];
      this.proposals = result.proposals ?? [];
      this.underlay = new Underlay(this.paper, result);
      this.#field("show-behind").hidden = !this.underlay.isPossible;
      this.#showPage();
    } catch {
      this.isRead = false;
      this.#say("The corrections could not be loaded. Reload the page.");
    }
    this.#showState();
  }

  #connect() {
    const click = (id, action) => this.#field(id).addEventListener("click", action);
    const number = (id) => Number(this.#field(id).value);
    const name = () => this.lead.name;
    this.#field("lead").addEventListener("change", (event) => this.#choose(this.paper.leads[event.target.value]));
    click("rename", () => this.add([{ change: "rename", lead: name(), to: this.#field("rename-to").value }]));
    click("swap", () => this.add([{ change: "swap", leads: [name(), this.#field("swap-with").value] }]));
    click("flip", () => this.add([{ change: "flip", lead: name() }]));
    click("set-speed", () => this.add([{ change: "speed", mm_per_s: number("speed") }]));
    click("set-gain", () => this.add([
      { change: "gain", lead: this.#field("gain-of").value || null, mm_per_mv: number("new-gain") }]));
    for (const choice of this.panel.querySelectorAll("[name=tool]")) {
      choice.addEventListener("change", () => this.#useTool());
    }
    click("add-point", () => this.tools.addPoint());
    click("remove-point", () => this.tools.removePoint());
    click("use-line", () => this.tools.useLine());
    click("clear-line", () => this.tools.clearLine());
    for (const id of ["part-from", "part-to"]) {
      this.#field(id).addEventListener("input", () => this.tools.showPart(number("part-from"), number("part-to")));
    }
    click("remove-part", () => {
      const [from, to] = [number("part-from"), number("part-to")];
      if (to > from) this.add([{ change: "remove", lead: name(), from_s: from, to_s: to }]);
      else this.#say("Enter the times of the part: the second must be later than the first.");
    });
    click("shift", () => this.add([
      { change: "shift", lead: name(), seconds: number("shift-time"), mv: number("shift-value") }]));
    click("undo", () => this.#undo());
    click("redo", () => this.#redo());
    click("start-over", () => {
      this.undone = [...this.list].reverse().concat(this.undone);
      this.#send([]);
    });
    click("show-behind", (event) => {
      const isOn = event.target.getAttribute("aria-pressed") !== "true";
      event.target.setAttribute("aria-pressed", String(isOn));
      this.#showPage();
    });
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Shows the uploaded page behind the leads. */
  #showPage() {
    const isOn = !this.panel.hidden && this.#field("show-behind").getAttribute("aria-pressed") === "true";
    this.underlay?.show(isOn, this.list);
  }

  #key(event) {
    const isField = event.target.matches("input[type=number], select, textarea");
    if (this.panel.hidden || isField || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    if (event.shiftKey) this.#redo(); else this.#undo();
  }

  // The list

  add(corrections) {
    this.undone = [];
    this.#send([...this.list, ...corrections]);
  }

  #undo() {
    if (this.list.length === 0) return;
    this.undone = [this.list.at(-1), ...this.undone];
    this.#send(this.list.slice(0, -1));
  }

  #redo() {
    if (this.undone.length === 0) return;
    const [next, ...rest] = this.undone;
    this.undone = rest;
    this.#send([...this.list, next]);
  }

  /** Sends a list. While one is on its way, only the newest of the others follows. */
  async #send(list) {
    const before = this.list;
    this.list = list;
    this.isDirty = true;
    const isFirst = !this.isSending;
    this.isSending = true;
    this.#showState();
    if (!isFirst) return;
    this.panel.setAttribute("aria-busy", "true");
    this.#say("");
    let sent = before;
    try {
      while (this.isDirty) {
        this.isDirty = false;
        const now = this.list;
        await this.#patch(now);
        sent = now;
      }
    } catch (error) {
      this.list = sent;
      this.undone = [];
      this.#say(error.message);
    }
    this.isSending = false;
    this.panel.removeAttribute("aria-busy");
    this.#showState();
  }

  async #patch(list) {
    const start = performance.now();
    let response;
    try {
      response = await fetch(this.address.replace("/results/", "/uploads/"), {
        method: "PATCH", headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ corrections: list }),
      });
    } catch {
      throw new Error("The server cannot be reached. The last change was not saved.");
    }
    const result = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(result.error?.message ?? "The change could not be saved.");
    this.proposals = result.proposals ?? [];
    await Promise.all([this.paper.load(result.links.ecg), this.renew()]);
    this.panel.dataset.milliseconds = Math.round(performance.now() - start);
  }

  // What is shown

  #say(text) { this.#field("correction-error").textContent = text; }

  #showState() {
    const count = this.list.length;
    this.#field("undo").disabled = count === 0;
    this.#field("start-over").disabled = count === 0;
    this.#field("redo").disabled = this.undone.length === 0;
    this.#field("correction-status").textContent = this.isSending ? "Analyzing the corrected ECG"
      : count === 0 ? "No corrections." : `${count} ${count === 1 ? "correction" : "corrections"}. The result is corrected by hand.`;
    this.#field("proposals").replaceChildren(...(this.proposals ?? []).map(({ sentence, corrections }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Apply";
      button.setAttribute("aria-label", `Apply: ${sentence}`);
      button.addEventListener("click", () => this.add(corrections));
      item.append(`${sentence} `, button);
      return item;
    }));
  }

  #listLeads() {
    const { leads } = this.paper;
    const [name, from] = [this.lead?.name, this.lead?.from];
    this.lead = leads.find((lead) => lead.name === name && lead.from === from)
      ?? leads.find((lead) => lead.name === name) ?? leads.find((lead) => lead.name === "II") ?? leads[0] ?? null;
    this.#field("lead").replaceChildren(...leads.map((lead, index) => new Option(lead.title, index)));
    const names = [...new Set(leads.map((lead) => lead.name))];
    fill(this.#field("gain-of"), [["all leads", ""], ...names.map((one) => [one, one])]);
    fill(this.#field("rename-to"), [...new Set([...standardLeads, ...names])].map((one) => [one, one]));
    fill(this.#field("swap-with"), names.map((one) => [one, one]));
    this.#useTool();
  }

  #choose(lead) {
    this.lead = lead;
    this.#useTool();
  }

  #useTool() {
    for (const element of this.panel.querySelectorAll("[data-tool]")) element.hidden = element.dataset.tool !== this.#tool;
    if (this.lead) this.#field("lead").value = this.paper.leads.indexOf(this.lead);
    this.tools.use(!this.panel.hidden, this.#tool, this.lead);
  }
}

/** Replaces the options of a list, and keeps the choice. */
function fill(list, options) {
  const { value } = list;
  list.replaceChildren(...options.map(([text, one]) => new Option(text, one)));
  if (options.some(([, one]) => one === value)) list.value = value;
}
