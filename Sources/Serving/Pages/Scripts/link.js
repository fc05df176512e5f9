// Copies the token of a mailed link into the form. It stands after "#" in the link, a part that browsers do not send, so
// that no proxy logs it.

const field = document.getElementById("token");

function fill() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  field.value = token;
  field.closest("p").hidden = true;
  // The address bar and the history do not keep the token.
  history.replaceState(null, "", location.pathname);
}

if (field) {
  fill();
  window.addEventListener("hashchange", fill);
}
