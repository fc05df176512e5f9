"""Asks a server fixed questions and writes its answers as items.

    answers.py --server PROGRAM --model FILE --small FILE --pictures FOLDER --items FOLDER

The first server has no database and small limits. The second has accounts, and a small model: each report covers the
picture hundreds of times.
"""

import argparse
import base64
import email
import email.policy
import glob
import json
import os
import re
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

import masks
import png
from items import Items
from server import Server, as_json, multipart

HERE = os.path.dirname(os.path.abspath(__file__))
PASSWORD = "lichen ferry quartz"
PATIENT, CLINICIAN = "patient@example.org", "doctor@example.org"
# Start of the id of a report's message.
REPORT = "[0-9a-f]{32}@"


def beats(folder):
    """Returns the names and contents of four pictures of a data set, evenly spread."""
    paths = sorted(glob.glob(os.path.join(folder, "**", "*.png"), recursive=True))
    chosen = [paths[len(paths) * index // 4] for index in range(4)]
    return [(os.path.basename(path), open(path, "rb").read()) for path in chosen]


def ask_about_pictures(server, good):
    """`/predict`: pictures, forms that break the rules, limits."""
    one = good[0][1]
    bad = [("empty.png", b""), ("text.png", b"no picture"), ("damaged.png", one[:len(one) // 2]),
           ("blank.png", png.write(64, 64, lambda x, y: False))]

    def predict(name, body, headers, path="/predict", **more):
        server.ask(f"predict-{name}", "POST", path, body, headers, **more)

    def form(name, files, fields=(), **more):
        predict(name, *multipart(files, fields), **more)

    form("one", good[:1])
    form("several", good[:3])
    form("good-and-bad", [good[1], bad[2], bad[3]])
    form("page", [good[1], bad[1]], page=True)
    form("page-one", good[2:3], page=True)
    form("page-refused", [], page=True)
    with open(os.path.join(HERE, "beat.jpg"), "rb") as file:
        form("jpeg", [("beat.jpg", file.read())])
    form("checkerboard", [("checks.png", png.write(120, 80, lambda x, y: (x // 8 + y // 8) % 2 == 0))])
    for name, content in bad:
        form(name, [(name, content)])
    form("all-bad", bad[:3])
    form("too-many-pixels", [("wide.png", png.write(3000, 10, lambda x, y: x == y))])
    form("too-many-files", good + good[:1])
    form("file-too-large", [("large.png", b"x" * 300_001)])
    form("no-files", [])
    form("unknown-field", good[:1], [("color", "red")])
    form("saliency-neither", good[:1], path="/predict?saliency=maybe")
    predict("body", one, {"Content-Type": "image/png"})
    predict("body-without-type", one, {})
    predict("wrong-type", b"picture", {"Content-Type": "text/plain"})
    predict("body-too-large", b"", {"Content-Type": "image/png"}, length=99_999_999)
    predict("multipart-cut-off", multipart(good[:1])[0][:-20], multipart([])[1])
    predict("multipart-without-boundary", b"x", {"Content-Type": "multipart/form-data"})


def ask_by_protocol(server, good):
    """The Open Inference Protocol."""
    def infer(case, path="/v2/models/demo/infer", body=None, kind="application/json", outputs=None, **changes):
        entry = {"name": "pictures", "datatype": "BYTES", "shape": [2],
                 "data": [base64.b64encode(content).decode() for _, content in good[:2]]} | changes
        request = {"id": "golden", "inputs": [entry]} | ({"outputs": outputs} if outputs else {})
        server.ask(f"infer-{case}", "POST", path, json.dumps(request).encode() if body is None else body,
                   {"Content-Type": kind})

    infer("two")
    infer("scores", outputs=[{"name": "scores"}], shape=[2, 1])
    infer("unknown-output", outputs=[{"name": "heights"}])
    infer("unknown-model", path="/v2/models/other/infer")
    infer("wrong-type", kind="text/plain")
    infer("no-json", body=b"{")
    infer("no-inputs", body=b'{"id": "golden"}')
    infer("id-a-number", body=b'{"id": 7, "inputs": []}')
    infer("wrong-name", name="images")
    infer("wrong-datatype", datatype="FP32")
    infer("wrong-shape", shape=[3])
    infer("no-base64", shape=[1], data=["***"])
    infer("no-picture", shape=[1], data=[base64.b64encode(b"no picture").decode()])
    infer("none", shape=[0], data=[])
    server.ask("model", "GET", "/v2/models/demo")
    server.ask("model-unknown", "GET", "/v2/models/other")


def ask_about_the_server(server):
    """Health, pages, files, and what HTTP itself refuses."""
    server.ask("live", "GET", "/v2/health/live")
    server.ask("ready", "GET", "/v2/health/ready")
    server.ask("home", "GET", "/", page=True)
    server.ask("home-head", "HEAD", "/", page=True)
    for name in ("page.css", "page.js", "icon.svg", "other.css"):
        server.ask(f"asset-{name}", "GET", f"/assets/{name}")
    server.ask("not-found", "GET", "/nowhere")
    server.ask("not-found-head", "HEAD", "/nowhere")
    server.ask("not-found-page", "GET", "/nowhere", page=True)
    server.ask("method-get", "GET", "/predict")
    server.ask("method-delete", "DELETE", "/v2/models/demo")
    server.ask("method-options", "OPTIONS", "/")
    for method, path in (("GET", "/register"), ("POST", "/login"), ("GET", "/history"), ("GET", "/account"),
                         ("GET", "/send-report"), ("POST", "/feedback"), ("GET", "/review"), ("POST", "/contact")):
        server.ask(f"no-accounts-{method}-{path[1:]}", method, path)
    server.raw("http-garbage", b"GARBAGE\r\n\r\n")
    server.raw("http-two-lengths",
               b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef")
    server.raw("http-large-header", b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n")


def describe(server, items):
    """`/openapi.json` and `/metrics`, taken apart."""
    text = server.ask("openapi", "GET", "/openapi.json").decode()
    description = json.loads(text)
    paths = [f"{method.upper()} {path}: {' '.join(sorted(operation['responses']))}\n"
             for path, methods in sorted(description["paths"].items()) for method, operation in sorted(methods.items())
             if "responses" in operation]
    items.numbers("api/paths", "".join(paths))
    codes = [f"{code} {status}\n" for code, status in re.findall(r"- `([a-z_]+)` \(([0-9]+)\)", text)]
    if not codes:
        raise SystemExit("GET /openapi.json lists no error codes with their statuses")
    items.numbers("api/error-codes", "".join(codes))

    connection = urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=60)
    with connection:
        lines = connection.read().decode().splitlines()
    items.sentences("api/metrics", "".join(f"{line}\n" for line in lines if line.startswith("# HELP")))
    # Without values: they count seconds.
    names = sorted({line if line.startswith("# TYPE") else masks.mask(line.rsplit(" ", 1)[0])
                    for line in lines if not line.startswith("# HELP")})
    items.numbers("api/metrics", "".join(f"{name}\n" for name in names))


class Mails:
    """The messages that a server has written into its folder."""

    def __init__(self, folder):
        self.folder = folder

    def all(self):
        messages = []
        for path in glob.glob(os.path.join(self.folder, "*.eml")):
            with open(path, "rb") as file:
                messages.append(email.message_from_binary_file(file, policy=email.policy.default))
        return messages

    def wait(self, recipient, kind):
        """Returns the message for an address whose id begins like the pattern, once it is there."""
        end = time.monotonic() + 120
        while True:
            for message in self.all():
                if recipient in message["To"] and re.match(f"<{kind}", message["Message-ID"]):
                    return message
            if time.monotonic() > end:
                raise SystemExit(f"{self.folder}: no message {kind} for {recipient} after 120 seconds")
            time.sleep(0.05)

    def token(self, recipient, kind):
        text = self.wait(recipient, kind).get_body(("plain",)).get_content()
        return re.search(r"token=([A-Za-z0-9_-]{43})", text)[1]

    def write(self, items):
        """Writes each message as items: its parts, and its words."""
        names = {}
        for message in sorted(self.all(), key=lambda one: (one["To"], masks.mask(one["Message-ID"]), one["Date"])):
            kind = masks.mask(message["Message-ID"].strip("<>").split("@")[0])
            kind = re.sub(r"-?<(uuid|hex)>", "", kind) or "report"
            name = f"mails/{message['To'].split('@')[0].strip('<')}-{kind}"
            names[name] = names.get(name, 0) + 1
            name += f"-{names[name]}"
            parts, words = [], [f"Subject: {masks.mask(message['Subject'])}"]
            for key in sorted(set(message.keys())):
                if key not in ("Subject", "Content-Type"):
                    parts.append(f"{key}: {masks.mask(message[key])}")
            for part in message.walk():
                line = f"{part.get_content_type()} {part.get_filename() or ''}".strip()
                if part.get_content_type() == "image/png":
                    line += " " + png.digest(part.get_content())
                elif part.get_content_maintype() == "text":
                    words += ["", masks.mask(part.get_content())]
                parts.append(line)
            items.numbers(name, "\n".join(parts) + "\n")
            items.sentences(name, "\n".join(words) + "\n")


def wait_until_sent(server):
    """Waits until the account's export shows every message as sent."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        export = json.loads(server.ask(None, "GET", "/account/export"))
        if all(message["state"] == "sent" for message in export["mail"]):
            return
        time.sleep(0.05)


def join(server, mails, name, address):
    """Registers an account, verifies its address and logs in."""
    server.ask(f"{name}-register", "POST", "/register", *as_json(email=address, password=PASSWORD))
    token = mails.token(address, "verify")
    if name == "patient":
        server.ask("verify-page", "GET", f"/verify?token={token}", page=True)
    server.ask(f"{name}-verify", "POST", "/verify", *as_json(token=token))
    server.ask(f"{name}-login", "POST", "/login", *as_json(email=address, password=PASSWORD))


def ask_strangers_questions(server, mails, good):
    """Pages and refusals without an account."""
    for path in ("/", "/register", "/login", "/password/forgotten", "/contact", "/send-report", "/account", "/history",
                 "/review", "/account/delete", "/account/sessions", "/verify", "/password/reset", "/send-report/confirm",
                 "/verify?token=void", "/password/reset?token=void", "/send-report?token=void"):
        name = re.sub(r"[/?=]+", "-", path).strip("-") or "home"
        server.ask(f"page-{name}", "GET", path, page=True)
    for path in ("/account", "/history", "/results/0", "/review", "/account/export"):
        server.ask(f"not-logged-in{path.replace('/', '-')}", "GET", path)

    def register(case, body=None, headers=None, **fields):
        server.ask(f"register-{case}", "POST", "/register",
                   *(as_json(**fields) if body is None else (body, headers)))

    register("weak", email=PATIENT, password="password12")
    register("short", email=PATIENT, password="short")
    register("long", email=PATIENT, password="lichen ferry quartz " * 30)
    register("no-address", email="patient", password=PASSWORD)
    register("no-password", email=PATIENT)
    register("unknown-field", email=PATIENT, password=PASSWORD, name="Pat")
    register("no-json", b"{", {"Content-Type": "application/json"})
    register("wrong-type", b"x", {"Content-Type": "text/plain"})
    register("too-large", b"x" * 70_000, {"Content-Type": "application/json"})
    form = urllib.parse.urlencode({"email": PATIENT, "password": PASSWORD}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    register("forged", form, kind)
    server.ask("register-forged-page", "POST", "/register", form, kind, page=True)
    register("other-site", as_json(email=PATIENT, password=PASSWORD)[0],
             {"Content-Type": "application/json", "Origin": "https://elsewhere.example"})
    server.ask("verify-void", "POST", "/verify", *as_json(token="x" * 43))
    server.ask("contact", "POST", "/contact", *as_json(name="Pat", email=PATIENT, message="A question."))
    server.ask("contact-html", "POST", "/contact", *as_json(name="Pat", email=PATIENT, message="<b>"))
    server.ask("report-without-picture", "POST", "/send-report", *as_json(email="guest@example.org"))
    server.ask("report-asked", "POST", "/send-report", *multipart(good[1:2], [("email", "guest@example.org")]))
    token = mails.token("guest@example.org", "confirm")
    server.ask("report-confirm-page", "GET", f"/send-report?token={token}", page=True)
    server.ask("report-confirmed", "POST", "/send-report/confirm", *as_json(token=token))
    server.ask("report-confirmed-twice", "POST", "/send-report/confirm", *as_json(token=token))
    for attempt in range(1, 5):
        server.ask(f"login-wrong-{attempt}", "POST", "/login", *as_json(email="nobody@example.org", password=PASSWORD))


def ask_with_an_account(server, mails, good, grant):
    """A patient's and a clinician's walk through every route of accounts.

    Returns what deletes the patient's account.
    """
    join(server, mails, "patient", PATIENT)
    server.ask("register-again", "POST", "/register", *as_json(email=PATIENT, password=PASSWORD))
    answer = json.loads(server.ask("predict-kept", "POST", "/predict", *multipart(good[:1])))
    server.ask("predict-saliency", "POST", "/predict?saliency=true", *multipart(good[1:2]))
    server.ask("predict-saliency-page", "POST", "/predict?saliency=true", *multipart(good[2:3]), page=True)
    for name, path in (("history", "/history"), ("history-one", "/history?limit=1"),
                       ("history-bad-limit", "/history?limit=0"), ("history-bad-place", "/history?before=x"),
                       ("result", f"/results/{answer['id']}"), ("result-unknown", "/results/unknown"),
                       ("account", "/account"), ("sessions", "/account/sessions"), ("review-closed", "/review")):
        server.ask(name, "GET", path)
    for path in ("history", f"results/{answer['id']}", "account", "account/delete", "account/sessions", "password",
                 f"send-report?result={answer['id']}", "review", "results/unknown"):
        name = path.split("?")[0].replace(answer["id"], "one").replace("/", "-")
        server.ask(f"patient-page-{name}", "GET", f"/{path}", page=True)
    server.ask("training", "POST", "/account/training", *as_json(allowed=True))
    server.ask("training-neither", "POST", "/account/training", *as_json(allowed="perhaps"))
    server.ask("report", "POST", "/send-report", *as_json(result=answer["id"], report="golden"))
    server.ask("report-twice", "POST", "/send-report", *as_json(result=answer["id"], report="golden"))
    server.ask("report-unknown", "POST", "/send-report", *as_json(result="unknown"))
    server.ask("feedback-closed", "POST", "/feedback", *as_json(result=answer["id"], labels=["V"]))
    server.ask("session-unknown", "POST", "/account/sessions/end", *as_json(session="unknown"))
    server.ask("password-wrong", "POST", "/password",
               *as_json(current_password="no such password", new_password="quiet lantern beside rivers"))
    server.ask("password-changed", "POST", "/password",
               *as_json(current_password=PASSWORD, new_password="quiet lantern beside rivers"))
    patient, server.cookies = server.cookies, {}

    join(server, mails, "clinician", CLINICIAN)
    grant(CLINICIAN)
    server.ask("review", "GET", "/review")
    server.ask("review-page", "GET", "/review", page=True)
    server.ask("review-bad-limit", "GET", "/review?limit=51")
    server.ask("feedback", "POST", "/feedback", *as_json(result=answer["id"], labels=["V"], note="wide"))
    server.ask("feedback-unknown-label", "POST", "/feedback", *as_json(result=answer["id"], labels=["Z"]))
    server.ask("clinician-logout", "POST", "/logout")
    server.ask("clinician-gone", "GET", "/review")

    server.cookies = {}
    server.ask("forgotten", "POST", "/password/forgotten", *as_json(email=CLINICIAN))
    token = mails.token(CLINICIAN, "reset")
    server.ask("reset-page", "GET", f"/password/reset?token={token}", page=True)
    server.ask("reset-weak", "POST", "/password/reset", *as_json(token=token, new_password="password12"))
    server.ask("reset", "POST", "/password/reset", *as_json(token=token, new_password="amber violin through fog"))
    server.ask("reset-twice", "POST", "/password/reset", *as_json(token=token, new_password="amber violin through fog"))

    server.cookies = patient
    # A message is kept whole until it is sent.
    mails.wait(PATIENT, "changed")
    wait_until_sent(server)
    server.ask("export", "GET", "/account/export")
    server.ask("delete-unproven", "DELETE", "/account")

    def delete():
        server.ask("delete", "DELETE", "/account", *as_json(password="quiet lantern beside rivers"))
        server.ask("deleted", "GET", "/account")

    return delete


def main():
    parser = argparse.ArgumentParser()
    for name in ("server", "model", "small", "pictures", "items"):
        parser.add_argument(f"--{name}", required=True, type=os.path.abspath)
    options = parser.parse_args()
    items, good = Items(options.items), beats(options.pictures)

    with tempfile.TemporaryDirectory() as folder:
        def start(group, model, settings):
            log = os.path.join(folder, f"{group}.log")
            return Server(options.server, model, settings | {"LOG_LEVEL": "warning"}, log, items, group)

        limits = {"LIMITS_FILES": 4, "LIMITS_FILE_BYTES": 300_000, "LIMITS_BODY_BYTES": 2_000_000,
                  "LIMITS_PIXELS": 400_000, "LIMITS_SIDE": 2000, "LIMITS_SECONDS": 8}
        with start("answers", options.model, limits) as server:
            # Waits for its time to be over while the others are answered.
            start_of_head = b"POST /predict HTTP/1.1\r\nHost: x\r\n"
            slow = threading.Thread(target=server.raw, args=("http-timeout", start_of_head, False))
            slow.start()
            ask_about_the_server(server)
            ask_about_pictures(server, good)
            ask_by_protocol(server, good)
            describe(server, items)
            slow.join()

        database = os.path.join(folder, "accounts.sqlite")
        mails = Mails(f"{database}.mail")

        def grant(address):
            subprocess.run([options.server, "grant-clinician", address, "--database", database], check=True,
                           stdout=subprocess.DEVNULL)

        settings = {"DATABASE": database, "ACCOUNTS_SECURE_COOKIES": "false", "ACCOUNTS_PASSWORD_COST": 4,
                    "ACCOUNTS_ATTEMPTS_PER_ACCOUNT": 3, "CONTACT_RECIPIENT": "office@example.org",
                    "RETENTION_ACCOUNT_PICTURE_DAYS": 1}
        with start("accounts", options.small, settings) as server:
            ask_strangers_questions(server, mails, good)
            delete = ask_with_an_account(server, mails, good, grant)
            for recipient, kind in ((PATIENT, "attempt"), (PATIENT, REPORT), (PATIENT, "changed"),
                                    (CLINICIAN, "changed"), ("guest@example.org", REPORT),
                                    ("office@example.org", "contact")):
                mails.wait(recipient, kind)
            mails.write(items)
            # Last: the account's messages go with it.
            delete()
        connection = sqlite3.connect(database)
        try:
            rows = connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name").fetchall()
        finally:
            connection.close()
        items.numbers("api/database-schema", "".join(f"{sql};\n" for sql, in rows))


main()
