// The page of a result: the ECG with its tools, corrections, and the explanations of pictures.

import { Calipers } from "./calipers.js";
import { Corrections } from "./corrections.js";
import { Paper } from "./paper.js";

const results = document.getElementById("results");
const address = `/results/${results.dataset.id}`;
const one = (id) => document.getElementById(id);

for (const element of results.querySelectorAll(".for-script")) element.hidden = false;
results.classList.add("has-scripts");
one("print")?.addEventListener("click", () => window.print());
if (one("ecg")) showECG();
explain();

async function showECG() {
  const image = one("paper").querySelector("img");
  const paper = new Paper(one("paper"));
  try {
    await paper.load(image.getAttribute("src"));
  } catch {
    // The picture of the ECG stays.
    return;
  }
  const host = paper.host;
  host.tabIndex = 0;
  host.setAttribute("role", "application");
  host.setAttribute("aria-label", "ECG");
  host.setAttribute("aria-describedby", "words paper-keys");
  one("toggle-beats").addEventListener("click", (event) => host.classList.toggle("hides-beats", !press(event)));
  one("toggle-waves").addEventListener("click", (event) => host.classList.toggle("hides-waves", !press(event)));
  for (const button of results.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => paper.zoom(Number(button.dataset.zoom)));
  }
  for (const button of results.querySelectorAll("[data-pan]")) {
    const [right, down] = button.dataset.pan.split(" ").map(Number);
    button.addEventListener("click", () => paper.pan(right * host.clientWidth / 3, down * host.clientHeight / 3));
  }
  const menu = one("go-to");
  const listLeads = () => menu.replaceChildren(menu.options[0],
    ...paper.leads.map((lead, index) => new Option(lead.title, index)));
  listLeads();
  paper.addEventListener("load", listLeads);
  menu.addEventListener("change", () => {
    if (menu.value) paper.showLead(paper.leads[menu.value]); else paper.showWhole();
  });
  const calipers = new Calipers(paper, one("calipers"));
  one("toggle-calipers").addEventListener("click", (event) => calipers.toggle(press(event)));
  const corrections = new Corrections(paper, one("correction"), address, renew);
  one("toggle-correction").addEventListener("click", (event) => corrections.toggle(press(event)));
  if (one("show-page")) choosePage();
  printWhole(paper);
}

/** Switches a button and returns its state. */
function press(event) {
  const button = event.currentTarget;
  const isPressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(isPressed));
  return isPressed;
}

/** Shows either the redrawn ECG or the original page. */
function choosePage() {
  const show = (isPage) => {
    one("ecg-view").hidden = isPage;
    one("page-view").hidden = !isPage;
    one("show-page").setAttribute("aria-pressed", String(isPage));
    one("show-ecg").setAttribute("aria-pressed", String(!isPage));
  };
  one("show-ecg").addEventListener("click", () => show(false));
  one("show-page").addEventListener("click", () => show(true));
  show(false);
}

/** Exchanges the findings for those of the corrected ECG. */
async function renew() {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error("The corrected result could not be loaded. Reload the page.");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const open = [...one("findings").querySelectorAll("details")].map((details) => details.open);
  for (const id of ["verdict", "findings", "words"]) {
    const found = page.getElementById(id);
    if (found) one(id).replaceWith(document.adoptNode(found));
  }
  one("findings").querySelectorAll("details").forEach((details, index) => { details.open = open[index] ?? details.open; });
  document.title = page.title;
}

/** Prints the whole ECG at true scale. */
function printWhole(paper) {
  window.addEventListener("beforeprint", () => {
    const { svg, width, height } = paper;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", `${width}mm`);
    svg.setAttribute("height", `${height}mm`);
  });
  window.addEventListener("afterprint", () => {
    paper.svg.removeAttribute("width");
    paper.svg.removeAttribute("height");
    paper.pan(0, 0);
  });
}

/** Loads the saliency maps of pictures, which take longer than the result. */
async function explain() {
  const slots = [...results.querySelectorAll(".saliency")].filter((slot) => !slot.querySelector("figure"));
  if (slots.length === 0) return;
  for (const slot of slots) fill(slot, waiting("Loading the explanation …"), true);
  let page = null;
  try {
    const response = await fetch(`${address}?saliency=true`, { headers: { Accept: "text/html" } });
    if (response.ok) page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch { /* Reported below. */ }
  for (const slot of slots) {
    const answer = slot.closest(".answer").id;
    const figure = page?.querySelector(`#${answer} .saliency[data-code="${CSS.escape(slot.dataset.code)}"] figure`);
    fill(slot, figure ? document.adoptNode(figure)
      : waiting("The explanation could not be loaded. The result is unaffected."), false);
  }
}

function fill(slot, content, isBusy) {
  slot.setAttribute("aria-busy", String(isBusy));
  slot.replaceChildren(content);
}

function waiting(text) {
  const line = document.createElement("p");
  line.className = "waiting";
  line.textContent = text;
  return line;
}
