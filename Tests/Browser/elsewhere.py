"""Another site, whose pages try to make a browser send requests to the server under test."""

import http.server
import threading

SCRIPT = """<!doctype html><title>Lovely pictures</title><script>
fetch("{target}", {{method: "POST", credentials: "include", mode: "{mode}", headers: {{"Content-Type": "{type}"}},
  body: {body}}}).then((it) => it.type, () => "refused").then((said) => {{ document.title = "done: " + said; }});
</script>"""

FORM = """<!doctype html><title>Lovely pictures</title><form method="post" action="{target}">
<input name="allowed" value="true"></form><script>document.forms[0].submit();</script>"""


class Elsewhere:
    """A context that serves the pages on all names of this machine."""

    def __init__(self, target):
        """- target: the address to which the pages send `allowed=true`: as a form, by `fetch` like a form, and as JSON,
        which browsers send only after a preflight request."""
        form = "application/x-www-form-urlencoded"
        self.pages = {
            "/form": FORM.format(target=target),
            "/fetch": SCRIPT.format(target=target, mode="no-cors", type=form, body="'allowed=true'"),
            "/json": SCRIPT.format(target=target, mode="cors", type="application/json", body="'{\"allowed\": true}'"),
        }

    def __enter__(self):
        pages = self.pages

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                content = pages.get(self.path, "").encode()
                self.send_response(200 if content else 404)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    def page(self, host, name):
        return f"http://{host}:{self.server.server_port}/{name}"
