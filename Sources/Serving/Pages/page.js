// Chooses, previews and uploads pictures, and shows the results. The server creates the HTML of the results, the same as
// for browsers without scripts.

const form = document.getElementById("upload");
const input = document.getElementById("files");
const drop = form.querySelector(".drop");
const messages = document.getElementById("messages");
const list = document.getElementById("chosen");
const clear = document.getElementById("clear");
const submit = form.querySelector("button[type=submit]");
const progress = document.getElementById("progress");
const bar = document.getElementById("bar");
const step = document.getElementById("step");
const status = document.getElementById("status");
const result = document.getElementById("result");
const limits = {
  files: Number(form.dataset.files),
  fileBytes: Number(form.dataset.fileBytes),
  bodyBytes: Number(form.dataset.bodyBytes),
};

/** The chosen pictures: {file, url}. */
let chosen = [];
/** The number of the last upload. Responses to earlier ones are ignored. */
let turn = 0;

form.noValidate = true;
form.classList.add("has-scripts");
for (const element of form.querySelectorAll(".for-script")) element.hidden = false;

// Choosing pictures

input.addEventListener("change", () => {
  add(input.files);
  // The list is kept here, so that files can be added and removed.
  input.value = "";
});

let depth = 0;
form.addEventListener("dragenter", () => { depth += 1; drop.classList.add("is-over"); });
form.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) endDrag(); });
for (const kind of ["dragover", "drop"]) {
  // Otherwise the browser would open a picture that is dropped outside the form.
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
        + "Please use a smaller picture.");
    } else if (chosen.some((other) => other.file.name === file.name && other.file.size === file.size
      && other.file.lastModified === file.lastModified)) {
      continue;
    } else if (chosen.length === limits.files) {
      surplus += 1;
    } else if (totalBytes() + file.size > limits.bodyBytes) {
      refused.push(`${file.name} was not added. All pictures together are limited to ${megabytes(limits.bodyBytes)} MB.`);
    } else {
      chosen.push({ file, url: URL.createObjectURL(file) });
    }
  }
  if (surplus > 0) {
    refused.push(`${surplus} ${surplus === 1 ? "picture was" : "pictures were"} not added. You can upload up to `
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
  return chosen.length === 1 ? "1 picture selected." : `${chosen.length} pictures selected.`;
}

function draw() {
  list.replaceChildren(...chosen.map(({ file, url }) => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = url;
    image.alt = "";
    image.addEventListener("error", () => {
      const place = document.createElement("div");
      place.className = "no-preview";
      place.textContent = "No preview";
      image.replaceWith(place);
    });
    const name = document.createElement("span");
    name.textContent = file.name;
    name.title = file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", `Remove ${file.name}`);
    remove.addEventListener("click", () => take(file));
    item.append(image, name, remove);
    return item;
  }));
  clear.hidden = chosen.length === 0;
}

function take(file) {
  const index = chosen.findIndex((one) => one.file === file);
  URL.revokeObjectURL(chosen[index].url);
  chosen.splice(index, 1);
  draw();
  status.textContent = `${file.name} removed. ${countText()}`;
  const buttons = list.querySelectorAll("button");
  (buttons[Math.min(index, buttons.length - 1)] ?? input).focus();
}

clear.addEventListener("click", () => {
  for (const one of chosen) URL.revokeObjectURL(one.url);
  chosen = [];
  say([]);
  draw();
  status.textContent = "All pictures removed.";
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
    say(["Please choose at least one picture."]);
    input.focus();
    return;
  }
  turn += 1;
  const mine = turn;
  const sent = [...chosen];
  say([]);
  setBusy(true);
  try {
    const page = await post("/predict", sent.map((one) => one.file), (share) => {
      if (share < 1) {
        bar.value = share;
        step.textContent = `Uploading, ${Math.round(100 * share)} %`;
      } else {
        bar.removeAttribute("value");
        step.textContent = "Classifying";
      }
    });
    show(page, sent);
    explain(mine, sent);
  } catch (error) {
    say([error.message]);
  } finally {
    setBusy(false);
  }
});

function setBusy(isBusy) {
  submit.disabled = isBusy;
  form.setAttribute("aria-busy", String(isBusy));
  progress.hidden = !isBusy;
  if (isBusy) {
    bar.value = 0;
    step.textContent = "Uploading";
    status.textContent = "Uploading pictures.";
  }
}

/** Uploads files and returns the results of the response's page, which may be an error. */
function post(address, files, onProgress) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    for (const file of files) body.append("files", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "text/html");
    request.timeout = 120000;
    if (onProgress) {
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      });
    }
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const results = page.getElementById("results");
      if (results) resolve(results);
      else reject(new Error(`Something went wrong (status ${request.status}). `
        + "Please try again later."));
    });
    request.addEventListener("error", () => reject(new Error(
      "The server cannot be reached. Check your connection and try again. Your pictures are still selected.")));
    request.addEventListener("timeout", () => reject(new Error(
      "The server did not respond within two minutes. Please try again. Your pictures are still selected.")));
    request.send(body);
  });
}

// Results

function show(results, sent) {
  // A page has one main heading.
  const heading = results.querySelector("h1");
  const second = document.createElement("h2");
  second.id = heading.id;
  second.tabIndex = -1;
  second.textContent = heading.textContent;
  heading.replaceWith(second);
  results.querySelector(".again")?.remove();
  results.querySelector(".caution")?.remove();
  for (const file of results.querySelectorAll(".answer h2")) {
    const third = document.createElement("h3");
    third.className = file.className;
    third.textContent = file.textContent;
    file.replaceWith(third);
  }
  results.querySelectorAll(".answer").forEach((answer, index) => {
    if (!sent[index] || answer.classList.contains("refused")) return;
    const image = document.createElement("img");
    image.className = "preview";
    image.alt = "";
    image.src = URL.createObjectURL(sent[index].file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    answer.prepend(image);
  });
  result.replaceChildren(document.adoptNode(results));
  second.focus();
  status.textContent = second.textContent;
}

/** Loads the saliency maps, one picture after another. */
async function explain(mine, sent) {
  const answers = [...result.querySelectorAll(".answer")];
  const open = answers.map((answer) => [...answer.querySelectorAll(".saliency")]);
  for (const slots of open) {
    for (const slot of slots) fill(slot, waiting("Loading the explanation …"), true);
  }
  for (const [index, slots] of open.entries()) {
    if (slots.length === 0) continue;
    if (turn !== mine) return;
    let found = null;
    try {
      found = await post("/predict?saliency=true", [sent[index].file]);
    } catch { /* Reported below. */ }
    if (turn !== mine) return;
    for (const slot of slots) {
      const figure = found?.querySelector(`.saliency[data-code="${CSS.escape(slot.dataset.code)}"] figure`);
      fill(slot, figure ? document.adoptNode(figure)
        : waiting("The explanation could not be loaded. The result is unaffected."), false);
    }
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
