// The review page: keyboard shortcuts, which can be turned off.

const keys = document.getElementById("keys");
const use = document.getElementById("use-keys");
const name = "heartsense-review-keys";

for (const element of document.querySelectorAll("main .for-script")) element.hidden = false;
if (use) {
  use.checked = localStorage.getItem(name) !== "off";
  use.addEventListener("change", () => {
    localStorage.setItem(name, use.checked ? "on" : "off");
    show();
  });
  show();
}

/** Shows the keys next to the findings only while they work. */
function show() {
  for (const key of document.querySelectorAll("#review kbd")) key.hidden = !use.checked;
}

document.addEventListener("keydown", (event) => {
  if (keys && !use.checked) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  // Letters that are typed into a field are text.
  if (event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const target = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.click();
});
