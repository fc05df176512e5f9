// The page of a result: the ECG with its tools and corrections.

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
  const listLeads = () => {
    const { value } = menu;
    menu.replaceChildren(menu.options[0], ...paper.leads.map((lead, index) => new Option(lead.title, index)));
    if (menu.options[Number(value) + 1]) menu.value = value;
  };
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

/** Height in mm of a row on the printed page, which also has the findings. */
const printedRow = 32;

/** Prints the whole ECG at true scale, with its rows closer together. */
function printWhole(paper) {
  window.addEventListener("beforeprint", () => {
    const { svg, leads, height } = paper;
    const tops = [...new Set(leads.map((lead) => lead.top))].sort((one, other) => one - other);
    const spare = Math.max(0, Math.min(...leads.map((lead) => lead.bottom - lead.top)) - printedRow);
    for (const lead of leads) {
      lead.element.setAttribute("transform", `translate(0 ${-spare * tops.indexOf(lead.top)})`);
    }
    one("print-scale").textContent = `${leads[0].perSecond} mm/s, ${Math.abs(leads[0].perMillivolt)} mm/mV`;
    const left = Math.min(...leads.map((lead) => lead.x)) - 5;
    const right = Math.max(...leads.map((lead) => lead.place(lead.to, 0)[0])) + 5;
    svg.setAttribute("viewBox", `${left} 0 ${right - left} ${height - spare * tops.length}`);
    svg.setAttribute("width", `${right - left}mm`);
    svg.setAttribute("height", `${height - spare * tops.length}mm`);
  });
  window.addEventListener("afterprint", () => {
    for (const lead of paper.leads) lead.element.removeAttribute("transform");
    for (const name of ["width", "height"]) paper.svg.removeAttribute(name);
    paper.pan(0, 0);
  });
}
