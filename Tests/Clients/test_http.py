#!/usr/bin/env python3
"""Sends HTTP as curl, requests and the fetch of Node write it.

    python3 Tests/Clients/test_http.py --server PROGRAM --model MODEL --pictures DATASET

Run by `make clients`. A client that is not installed is skipped.
"""

import gzip
import http.client
import json
import os
import shutil
import subprocess
import tempfile
import unittest
import zlib

import options

from server import Server

ORIGIN = "https://app.example.org"

NODE = """
const fs = require("fs");
const [address, path, other, origin] = process.argv.slice(1);
const bytes = fs.readFileSync(path);
const answers = [];
async function ask(route, init) {
  const response = await fetch(address + route, init);
  const text = await response.text();
  answers.push({status: response.status, text, origin: response.headers.get("access-control-allow-origin")});
}
(async () => {
  await ask("v2");
  await ask("predict", {method: "POST", body: bytes, headers: {"Content-Type": "image/png"}});
  const form = new FormData();
  form.append("files", new Blob([bytes]), "Ä \\"1\\".png");
  form.append("files", new Blob([fs.readFileSync(other)]), "2.png");
  await ask("predict", {method: "POST", body: form});
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  await ask("predict", {
    method: "POST", body: stream, duplex: "half", headers: {"Content-Encoding": "gzip", "Content-Type": "image/png"}});
  await ask("v2/health/live", {method: "HEAD"});
  await ask("nothing", {method: "HEAD"});
  await ask("v2/health/live", {headers: {Origin: origin}});
  await ask("nothing");
  console.log(JSON.stringify(answers));
})();
"""


class HTTP(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(options.values.server, options.values.model, {"CORS_ORIGINS": ORIGIN})
        cls.server.start()
        cls.paths = options.pictures(2)
        with open(cls.paths[0], "rb") as file:
            cls.bytes = file.read()
        cls.ids = [result["id"] for result in cls.server.predict(cls.paths)]

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_a_kept_connection(self):
        """Python's http.client reads a body after HEAD as the next answer."""
        connection = http.client.HTTPConnection(self.server.address[7:-1], timeout=60)
        for method, path, status in [
            ("HEAD", "/", 200), ("HEAD", "/nothing", 404), ("HEAD", "/predict", 405), ("HEAD", "/login", 501),
            ("GET", "/v2/health/live", 200), ("HEAD", "/v2/models/other", 404), ("GET", "/v2", 200),
        ]:
            connection.request(method, path)
            response = connection.getresponse()
            self.assertEqual((response.status, response.read() == b""), (status, method == "HEAD"), path)
        connection.close()

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl(self):
        def curl(*arguments):
            """- Returns: the status and the body."""
            done = subprocess.run(
                ["curl", "-sS", "-m", "60", "-w", "\n%{http_code}", *arguments], capture_output=True, text=True, check=True)
            body, status = done.stdout.rsplit("\n", 1)
            return int(status), body

        address = self.server.address
        picture = "@" + self.paths[0]

        def check(*arguments, ids=None):
            status, body = curl(*arguments)
            self.assertEqual(status, 200, body)
            answer = json.loads(body)
            self.assertEqual([one["id"] for one in answer.get("results", [answer])], ids or self.ids[:1])
            return answer

        predict = address + "predict"
        check("--data-binary", picture, predict)
        check("-T", self.paths[0], "-X", "POST", predict)
        check("-F", f"files={picture}", predict)
        check("-F", f"file={picture};filename=my ECG (1).png;type=image/png", predict)
        check("-F", f"files={picture}", "-F", f"files=@{self.paths[1]}", predict, ids=self.ids)
        check("-H", "Transfer-Encoding: chunked", "--data-binary", picture, predict)
        check("-H", "Expect: 100-continue", "--data-binary", picture, predict)
        check("-0", "--data-binary", picture, predict)
        check("-0", "-H", "Host:", "--data-binary", picture, predict)
        with tempfile.TemporaryDirectory() as folder:
            for coding, encoded in [("gzip", gzip.compress(self.bytes)), ("deflate", zlib.compress(self.bytes))]:
                path = os.path.join(folder, coding)
                with open(path, "wb") as file:
                    file.write(encoded)
                check("-H", f"Content-Encoding: {coding}", "--data-binary", "@" + path, predict)
                check("-H", f"Content-Encoding: {coding}", "-H", "Transfer-Encoding: chunked",
                      "--data-binary", "@" + path, predict)
            body = os.path.join(folder, "form")
            boundary = "----=_Part_1/2:3?4"
            disposition = "form-data; name=files; filename*=UTF-8''%C3%84%201.png"
            with open(body, "wb") as file:
                file.write(f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + self.bytes
                           + f"\r\n--{boundary}--\r\n".encode())
            for kind in (f"multipart/form-data; boundary={boundary}", f'Multipart/Form-Data; Boundary="{boundary}"'):
                answer = check("-H", f"Content-Type: {kind}", "--data-binary", "@" + body, predict)
                self.assertEqual(answer["file"], "Ä 1.png")
        for route, status in [("", 200), ("nothing", 404), ("predict", 405), ("login", 501)]:
            # curl reports an error if a body follows the answer to HEAD.
            self.assertEqual(curl("-I", address + route, address + "v2/health/live")[0], 200)
            self.assertEqual(curl("-I", address + route)[0], status)
        for arguments, status in [
            (["-H", "Host:"], 400), (["-H", "Host: a/b"], 400),
            (["-H", "Content-Encoding: br", "-d", "x"], 415), (["-H", "Transfer-Encoding: gzip, chunked", "-d", "x"], 501),
            (["-H", "Content-Encoding: gzip", "-d", "x"], 400),
        ]:
            self.assertEqual(curl(*arguments, predict)[0], status, arguments)
        preflight = ["-i", "-X", "OPTIONS", "-H", "Access-Control-Request-Method: POST"]
        status, answer = curl(*preflight, "-H", f"Origin: {ORIGIN}", predict)
        self.assertEqual(status, 204)
        self.assertIn(f"access-control-allow-origin: {ORIGIN}", answer.lower())
        status, answer = curl(*preflight, "-H", "Origin: https://other.example.org", predict)
        self.assertEqual(status, 405)
        self.assertNotIn("access-control-allow-origin", answer.lower())

    @unittest.skipUnless(options.has("requests"), "Python has no requests")
    def test_requests(self):
        import requests

        address = self.server.address
        with requests.Session() as session:
            def check(ids=None, **arguments):
                answer = session.post(address + "predict", timeout=60, **arguments)
                self.assertEqual(answer.status_code, 200, answer.text)
                answer = answer.json()
                self.assertEqual([one["id"] for one in answer.get("results", [answer])], ids or self.ids[:1])
                return answer

            check(data=self.bytes)
            check(data=iter([self.bytes[:1000], self.bytes[1000:]]))
            check(data=gzip.compress(self.bytes), headers={"Content-Encoding": "gzip"})
            check(data=iter([zlib.compress(self.bytes)]), headers={"Content-Encoding": "deflate"})
            for name in ("a.png", "Ä €.png", 'a"b.png', "a;b.png"):
                check(files={"files": (name, self.bytes)})
            with open(self.paths[1], "rb") as other:
                check(files=[("files", ("1.png", self.bytes)), ("files", other)], ids=self.ids)
            for path, status in [("", 200), ("nothing", 404), ("predict", 405), ("login", 501), ("v2", 200)]:
                answer = session.head(address + path, timeout=60)
                self.assertEqual((answer.status_code, answer.content), (status, b""))
                self.assertEqual(session.get(address + "v2/health/live", timeout=60).json(), {"live": True})
            answer = session.options(
                address + "uploads/1", timeout=60,
                headers={"Origin": ORIGIN, "Access-Control-Request-Method": "PATCH"})
            self.assertEqual((answer.status_code, answer.headers["Access-Control-Allow-Methods"]), (204, "PATCH"))

    @unittest.skipUnless(shutil.which("node"), "Node is not installed")
    def test_fetch(self):
        done = subprocess.run(
            ["node", "-e", NODE, self.server.address, *self.paths, ORIGIN], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        answers = json.loads(done.stdout)
        self.assertEqual([answer["status"] for answer in answers], [200, 200, 200, 200, 200, 404, 200, 404])
        self.assertEqual(json.loads(answers[1]["text"])["id"], self.ids[0])
        self.assertEqual([one["id"] for one in json.loads(answers[2]["text"])["results"]], self.ids)
        self.assertEqual(json.loads(answers[3]["text"])["id"], self.ids[0])
        self.assertEqual([answers[4]["text"], answers[5]["text"]], ["", ""])
        self.assertEqual(answers[6]["origin"], ORIGIN)


if __name__ == "__main__":
    options.run()
