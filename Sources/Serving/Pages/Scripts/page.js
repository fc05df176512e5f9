// The home page: chooses, previews and uploads files, shows progress, and opens the page of the result.

import { showPictures } from "./pictures.js";

const form = document.getElementById("upload");
const input = document.getElementById("files");
const camera = document.getElementById("camera");
const drop = form.querySelector(".drop");
const messages = document.getElementById("messages");
const list = document.getElementById("chosen");
const clear = document.getElementById("clear");
const submit = form.querySelector("button[type=submit]");
const progress = document.getElementById("progress");
const bar = document.getElementById("bar");
const step = document.getElementById("step");
const status = document.getElementById("status");
const scale = document.getElementById("scale");
const result = document.getElementById("result");
const limits = {
  files: Number(form.dataset.files),
  fileBytes: Number(form.dataset.fileBytes),
  bodyBytes: Number(form.dataset.bodyBytes),
};
/** The names of the server's stages. */
const stages = {
  received: "Recognizing the files", read: "Reading the traces", digitized: "Finding the beats",
  analyzed: "Scoring conditions", classified: "Drawing the ECG",
};
/** Errors that the fields for scale and lead names can solve. */
const solvedByFields = ["no_grid", "unknown_layout", "unknown_leads"];
const leadNames = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

/** The chosen files: {file, url, message, lead}. */
let chosen = [];

form.noValidate = true;
form.classList.add("has-scripts");
for (const element of form.querySelectorAll(".for-script")) element.hidden = false;
// A browser that returns to this page shows it as it was left, maybe while uploading.
window.addEventListener("pageshow", () => setBusy(false));

// Choosing files

for (const field of [input, camera]) {
  field.addEventListener("change", () => {
    add(field.files);
    // The list is kept here, so that files can be added and removed.
    field.value = "";
  });
}

let depth = 0;
form.addEventListener("dragenter", () => { depth += 1; drop.classList.add("is-over"); });
form.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) endDrag(); });
for (const kind of ["dragover", "drop"]) {
  // Otherwise the browser would open a file that is dropped outside the form.
  document.addEventListener(kind, (event) => event.preventDefault());
}
form.addEventListener("drop", (event) => { endDrag(); add(event.dataTransfer.files); });

function endDrag() {
  depth = 0;
  drop.classList.remove("is-over");
}

function add(files) {
  const refused = [];
  let surplus = 0;
  for (const file of files) {
    if (file.size > limits.fileBytes) {
      refused.push(`${file.name} is too large: ${megabytes(file.size)} MB. The limit is ${megabytes(limits.fileBytes)} MB. `
        + "Please use a smaller file.");
    } else if (chosen.some((other) => other.file.name === file.name && other.file.size === file.size
      && other.file.lastModified === file.lastModified)) {
      continue;
    } else if (chosen.length === limits.files) {
      surplus += 1;
    } else if (totalBytes() + file.size > limits.bodyBytes) {
      refused.push(`${file.name} was not added. All files together are limited to ${megabytes(limits.bodyBytes)} MB.`);
    } else {
      chosen.push({ file, url: URL.createObjectURL(file) });
    }
  }
  if (surplus > 0) {
    refused.push(`${surplus} ${surplus === 1 ? "file was" : "files were"} not added. You can upload up to `
      + `${limits.files} at a time.`);
  }
  say(refused);
  draw();
  if (files.length > 0) status.textContent = countText();
}

function totalBytes() {
  return chosen.reduce((sum, one) => sum + one.file.size, 0);
}

function megabytes(bytes) {
  return (bytes / 1048576).toFixed(1).replace(/\.0$/, "");
}

function countText() {
  return chosen.length === 1 ? "1 file selected." : `${chosen.length} files selected.`;
}

function draw() {
  list.replaceChildren(...chosen.map((one) => {
    const item = document.createElement("li");
    item.append(preview(one));
    const name = document.createElement("span");
    name.textContent = one.file.name;
    name.title = one.file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", `Remove ${one.file.name}`);
    remove.addEventListener("click", () => take(one));
    item.append(name);
    if (scale.open && chosen.length > 1) item.append(leadMenu(one));
    if (one.message) {
      const message = document.createElement("p");
      message.className = "out";
      message.textContent = one.message;
      item.classList.add("refused");
      item.append(message);
    }
    item.append(remove);
    return item;
  }));
  clear.hidden = chosen.length === 0;
}

/** Returns the picture, or the type of a file that browsers do not show. */
function preview({ file, url }) {
  const place = document.createElement("div");
  place.className = "no-preview";
  const type = /\.([a-z0-9]{1,5})$/i.exec(file.name);
  place.textContent = type ? type[1].toUpperCase() : "No preview";
  if (!file.type.startsWith("image/")) return place;
  const image = document.createElement("img");
  image.src = url;
  image.alt = "";
  image.addEventListener("error", () => image.replaceWith(place));
  return image;
}

/** Returns the choice of the lead that a picture shows. */
function leadMenu(one) {
  const menu = document.createElement("select");
  menu.setAttribute("aria-label", `Lead of ${one.file.name}`);
  menu.append(new Option("Lead: read from picture", ""), ...leadNames.map((lead) => new Option(lead, lead)));
  menu.value = one.lead ?? "";
  menu.addEventListener("change", () => { one.lead = menu.value; });
  return menu;
}

scale.addEventListener("toggle", draw);

function take(one) {
  const index = chosen.indexOf(one);
  URL.revokeObjectURL(one.url);
  chosen.splice(index, 1);
  draw();
  status.textContent = `${one.file.name} removed. ${countText()}`;
  const buttons = list.querySelectorAll("button");
  (buttons[Math.min(index, buttons.length - 1)] ?? input).focus();
}

clear.addEventListener("click", () => {
  for (const one of chosen) URL.revokeObjectURL(one.url);
  chosen = [];
  say([]);
  draw();
  status.textContent = "All files removed.";
  input.focus();
});

function say(texts) {
  messages.replaceChildren(...texts.map((text) => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  }));
}

// Uploading

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (chosen.length === 0) {
    say(["Please choose at least one file."]);
    input.focus();
    return;
  }
  say([]);
  for (const one of chosen) one.message = null;
  draw();
  setBusy(true);
  try {
    const answer = await post();
    if (answer.error) {
      refuse(answer.error);
    } else if (answer.result.files.every((file) => file.kind === "beat_picture")) {
      await showPictures(chosen.map((one) => one.file), result);
      addAddress(answer.result);
      status.textContent = document.getElementById("results-heading").textContent;
    } else {
      location.assign(`/results/${answer.result.id}`);
      return;
    }
  } catch (error) {
    say([error.message]);
  }
  setBusy(false);
});

/** Adds the address at which results without one of their own can be opened again. */
function addAddress({ id, expires }) {
  if (result.querySelector(".id a[href^='/results/']")) return;
  const line = document.createElement("p");
  line.className = "hint address";
  const link = document.createElement("a");
  link.href = `/results/${id}`;
  link.textContent = "Address of these results";
  line.append(link, expires ? `, until ${expires.slice(0, 16).replace("T", " ")} UTC.` : ".");
  result.firstElementChild.append(line);
}

/** Shows an error next to its file, or above the files if it concerns them all. */
function refuse(error) {
  const one = chosen.find((other) => other.file.name === error.file) ?? (chosen.length === 1 ? chosen[0] : null);
  if (one) one.message = error.message.replace(`${one.file.name}: `, "");
  draw();
  say([one ? `${one.file.name}: ${one.message}` : error.message]);
  if (solvedByFields.includes(error.code)) scale.open = true;
  messages.scrollIntoView({ block: "nearest" });
}

function setBusy(isBusy) {
  submit.disabled = isBusy;
  form.setAttribute("aria-busy", String(isBusy));
  progress.hidden = !isBusy;
  if (isBusy) {
    bar.value = 0;
    step.textContent = "Uploading";
    status.textContent = "Uploading files.";
  }
}

/** Uploads the files. Returns {result} or {error}. */
function post() {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    for (const { file } of chosen) body.append("files", file, file.name);
    for (const field of form.querySelectorAll("#scale select")) if (field.value) body.append(field.name, field.value);
    if (chosen.some((one) => one.lead)) body.append("lead_names", chosen.map((one) => one.lead ?? "").join(","));
    const request = new XMLHttpRequest();
    request.open("POST", "/upload");
    request.setRequestHeader("Accept", "application/x-ndjson");
    request.timeout = 120000;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.loaded < event.total) {
        // The first tenth of the bar: reading the files takes longer.
        advance(0.1 * event.loaded / event.total, `Uploading, ${Math.round(100 * event.loaded / event.total)} %`);
      }
    });
    request.addEventListener("progress", () => {
      const line = lines(request.responseText).findLast((one) => one.stage);
      if (line) advance(Math.max(0.1, line.done), stages[line.stage] ?? step.textContent);
    });
    request.addEventListener("load", () => {
      const answer = lines(request.responseText).at(-1);
      if (answer?.result || answer?.error) resolve(answer);
      else reject(new Error(`Something went wrong (status ${request.status}). Please try again later.`));
    });
    request.addEventListener("error", () => reject(new Error(
      "The server cannot be reached. Check your connection and try again. Your files are still selected.")));
    request.addEventListener("timeout", () => reject(new Error(
      "The server did not respond within two minutes. Please try again. Your files are still selected.")));
    request.send(body);
  });
}

function advance(share, text) {
  bar.value = share;
  if (step.textContent === text) return;
  step.textContent = text;
  if (!text.endsWith("%")) status.textContent = text;
}

/** Returns the complete lines of JSON. */
function lines(text) {
  return text.split("\n").flatMap((line) => {
    try {
      return line ? [JSON.parse(line)] : [];
    } catch {
      return [];
    }
  });
}
