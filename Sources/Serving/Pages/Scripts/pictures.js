// The results of pictures of beats, which the server answers one by one. It creates their HTML, the same as for browsers
// without scripts.

/** Classifies pictures, shows their results in an element, and then loads the explanations. */
export async function showPictures(files, place) {
  const results = await post("/predict", files);
  show(results, files, place);
  explain(place, files);
}

/** Uploads files and returns the results of the response's page, which may be an error. */
async function post(address, files) {
  const body = new FormData();
  for (const file of files) body.append("files", file, file.name);
  const response = await fetch(address, { method: "POST", headers: { Accept: "text/html" }, body });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const results = page.getElementById("results");
  if (!results) throw new Error(`Something went wrong (status ${response.status}). Please try again later.`);
  return results;
}

function show(results, files, place) {
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
    if (!files[index] || answer.classList.contains("refused")) return;
    const image = document.createElement("img");
    image.className = "preview";
    image.alt = "";
    image.src = URL.createObjectURL(files[index]);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    answer.prepend(image);
  });
  place.replaceChildren(document.adoptNode(results));
  second.focus();
}

/** Loads the saliency maps, one picture after another. */
async function explain(place, files) {
  const results = place.firstElementChild;
  const open = [...results.querySelectorAll(".answer")].map((answer) => [...answer.querySelectorAll(".saliency")]);
  for (const slots of open) {
    for (const slot of slots) fill(slot, waiting("Loading the explanation …"), true);
  }
  for (const [index, slots] of open.entries()) {
    if (slots.length === 0) continue;
    let found = null;
    try {
      found = await post("/predict?saliency=true", [files[index]]);
    } catch { /* Reported below. */ }
    // Meanwhile other pictures may have been uploaded.
    if (place.firstElementChild !== results) return;
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
