import Foundation
import TestSupport
import Testing

/// Malformed and hostile requests. Each gets its code, and the server continues.
@Suite(.serialized) struct RequestBoundaryTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

    /// Sends bytes and ends the output.
    private func answer(to request: Data) throws -> Connection.Answer {
        let connection = try server.connect()
        try connection.send(request)
        connection.finishSending()
        return try connection.answer()
    }

    private func form(_ body: Data, boundary: String = "b") -> Data {
        Data(
            ("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=\(boundary)\r\n"
                + "Content-Length: \(body.count)\r\n\r\n").utf8) + body
    }

    @Test func `browsers get errors as a page, and programs as JSON`() throws {
        let accept = "text/html,application/xhtml+xml,*/*;q=0.8"
        for (path, status, code) in [
            ("/nowhere", 404, "not_found"), ("/v2/models/none", 404, "unknown_model"),
            ("/upload", 405, "method_not_allowed"),
            ("/history", 501, "no_accounts"),
        ] {
            let page = try answer(
                to: Data("GET \(path) HTTP/1.1\r\nHost: x\r\nAccept: \(accept)\r\nConnection: close\r\n\r\n".utf8))
            #expect(page.status == status && page.headers["content-type"] == "text/html; charset=utf-8", "\(path)")
            #expect(
                page.text.contains("Error code: \(code). Request: \(page.headers["x-request-id"] ?? "-")."), "\(path)")
            #expect(page.text.contains("<h1>") && page.text.contains("href=\"/\""))
            let json = try answer(to: Data("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8))
            #expect(json.status == status && json.code == code && json.headers["content-type"] == "application/json")
        }
    }

    @Test func `malformed forms are rejected by code`() throws {
        let picture = try SpikePicture.png(1)
        let good = Form.body([("a.png", picture)])
        let part = "form-data; name=\"files\"; filename=\"a.png\""
        let cases: [(request: Data, code: String)] = [
            (form(good.dropLast(12)), "malformed_multipart"),
            (form(good.prefix(30)), "malformed_multipart"),
            (form(good, boundary: "other"), "malformed_multipart"),
            (form(good, boundary: "\"\""), "malformed_multipart"),
            (form(good, boundary: ""), "unsupported_media_type"),
            (form(good, boundary: String(repeating: "x", count: 71)), "malformed_multipart"),
            (form(good, boundary: "\"a\u{1}b\""), "malformed_http"),
            (form(Data()), "malformed_multipart"),
            (form(Data("--b--\r\n".utf8)), "no_files"),
            (form(Form.part("form-data; name=\"files\"; filename=\"\"", Data()) + Data("--b--".utf8)), "no_files"),
            (form(Form.part("form-data; name=\"<script>\"", picture) + Data("--b--".utf8)), "unknown_field"),
            (form(Form.part(part, Data()) + Data("--b--".utf8)), "empty_file"),
            (form(Form.body(Array(repeating: ("a.png", picture), count: 13))), "too_many_files"),
            (form(Form.body([("a.png", Data(count: 1_000_001))])), "file_too_large"),
            (
                form(
                    Data(
                        String(
                            repeating: "--b\r\nContent-Disposition: form-data; name=files; filename=\"\"\r\n\r\n\r\n",
                            count: 10_000
                        ).utf8)),
                "too_many_parts"
            ),
            (form(Form.part(part + "\r\nX: " + String(repeating: "y", count: 9000), picture)), "malformed_multipart"),
            (form(Form.part(part + "\r\nContent-Transfer-Encoding: base64", picture)), "malformed_multipart"),
        ]
        for (request, code) in cases {
            let answer = try answer(to: request)
            #expect(answer.code == code, "\(String(decoding: request.prefix(200), as: UTF8.self))")
            #expect((400 ..< 500).contains(answer.status))
            #expect(answer.json.keys.contains("error") && answer.headers["x-request-id"] != nil)
        }
        #expect(server.isAnswering)
    }

    @Test func `malformed HTTP is rejected by code`() throws {
        let requests = [
            "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\u{1} HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET / HTTP/1.1\r\nBad Name: x\r\n\r\n",
            "GET / HTTP/1.1\r\nX: " + String(repeating: "y", count: 70_000) + "\r\n\r\n",
            "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 2000) + "\r\n",
        ]
        for request in requests {
            let answer = try answer(to: Data(request.utf8))
            #expect(answer.code == "malformed_http", "\(request.prefix(80)): \(answer.status) \(answer.text)")
        }
        #expect(server.isAnswering)
    }

    @Test func `other paths, methods and types are rejected by code`() throws {
        let paths = [
            "/nothing", "/predict/../metrics", "/assets/..%2F..%2Fetc%2Fpasswd", "/assets/none.css", "/uploads",
        ]
        for path in paths { #expect(try server.get(path).code == "not_found", "\(path)") }
        let wrongMethod = try server.get("/predict")
        #expect(wrongMethod.code == "method_not_allowed")
        #expect(wrongMethod.headers["allow"] == "POST")
        #expect(try server.get("/", method: "TRACE").code == "method_not_allowed")
        #expect(try server.get("/v2/models/other").code == "unknown_model")
        #expect(try server.post("/predict", type: "text/html", Data("<b>".utf8)).code == "unsupported_media_type")
        #expect(
            try server.post("/predict", type: "multipart/mixed; boundary=b", Data()).code == "unsupported_media_type")
        #expect(try server.get("/", method: "HEAD").status == 200)
    }

    @Test func `answers to HEAD have no body and keep the connection, for every status`() throws {
        let connection = try server.connect()
        for (path, status) in [
            ("/", 200), ("/v2/health/live", 200), ("/nothing", 404), ("/predict", 405), ("/v2/models/other", 404),
            ("/login", 501), ("/results/1", 404), ("/history?limit=x", 501), ("/openapi.json", 200),
        ] {
            try connection.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try connection.answer(toHead: true).status == status, "\(path)")
            // A body would be read as the start of this answer.
            try connection.send("GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            let next = try connection.answer()
            #expect(next.status == 200 && next.json["live"] as? Bool == true, "\(path)")
        }
        let refused = try server.connect()
        try refused.send("HEAD / HTTP/1.1\r\n\r\n")
        #expect(try refused.answer(toHead: true).status == 400 && refused.isAtEnd())
    }

    @Test func `invalid and oversized pictures are rejected by code`() throws {
        let picture = try SpikePicture.png(1)
        let html = Data("<html><script>alert(1)</script>".utf8)
        let cases: [(String, Data, String)] = [
            ("text", Data("no picture".utf8), "not_a_picture"),
            ("HTML with a PNG's name", html, "not_a_picture"),
            ("a GIF that is a script too", Data("GIF89a/*".utf8) + html, "not_a_picture"),
            ("a PNG cut in half", picture.prefix(picture.count / 2), "damaged_picture"),
            ("a PNG after HTML", html + picture, "not_a_picture"),
            ("a PNG's signature before HTML", picture.prefix(8) + html, "damaged_picture"),
            ("a PNG bomb of many pixels", Bomb.png(width: 60_000, height: 60_000, rows: 1), "too_many_pixels"),
            ("a PNG bomb of blank rows", Bomb.png(width: 1990, height: 10, rows: 5000), "blank_picture"),
            ("a JPEG's first bytes", Data([0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10]), "damaged_picture"),
            (
                "a JPEG of hundreds of scans", ProgressiveJPEG(width: 1990, height: 1990, scans: 490).data,
                "unsupported_picture"
            ),
        ]
        let before = server.peakMemory
        for (what, bytes, code) in cases {
            let answer = try server.post("/predict", type: "image/png", bytes)
            #expect(answer.code == code, "\(what): \(answer.text)")
            #expect(answer.status == 422)
        }
        // The header declares 3.6 gigapixels.
        #expect(server.peakMemory - before < 300 << 20)
        #expect(server.isAnswering)
    }

    @Test func `metadata of a PNG are not inflated and do not change the prediction`() throws {
        let picture = try SpikePicture.png(1)
        let expected = try server.post("/predict", type: "image/png", picture)
        let before = server.peakMemory
        // 100 MB of text, and ten thousand further chunks with different names.
        let chunks = Bomb.texts(15, count: 7_000_000) + Bomb.names(10_000)
        for bombed in [
            picture.prefix(33) + chunks + picture.dropFirst(33), picture.dropLast(12) + chunks + picture.suffix(12),
        ] {
            let answer = try server.post("/predict", type: "image/png", bombed)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["decision"] as? [String] == expected.json["decision"] as? [String])
        }
        #expect(server.peakMemory - before < 64 << 20)
        #expect(server.isAnswering)
    }

    @Test func `file names appear only as text of the response`() throws {
        let picture = try SpikePicture.png(1)
        let names = [
            "../../../../tmp/heartsense-was-here.png", "<img src=x onerror=alert(1)>.png", "a%0d%0aSet-Cookie: x=y.png",
            "\\\\server\\share\\b.png", "'; DROP TABLE results; --.png", "\u{202E}gnp.evil.png",
            "secret-patient-name.png",
        ]
        for name in names {
            let answer = try server.predict([(name, picture)])
            #expect(answer.status == 200)
            let file = try #require(answer.json["file"] as? String)
            #expect(!file.contains("/") && !file.contains("\\") && !file.unicodeScalars.contains { $0.value < 32 })
            #expect(answer.headers["set-cookie"] == nil)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
        }
        #expect(!FileManager.default.fileExists(atPath: "/tmp/heartsense-was-here.png"))
        #expect(!server.log.contains("secret-patient-name") && !server.log.contains("onerror"))
    }

    @Test func `a line break in a part's header is rejected or stays text`() throws {
        let picture = try SpikePicture.png(1)
        let body =
            Form.part("form-data; name=\"files\"; filename=\"a\r\nSet-Cookie: x=y\"", picture) + Data("--b--".utf8)
        let answer = try answer(to: form(body))
        #expect(answer.code == "malformed_multipart")
        #expect(answer.headers["set-cookie"] == nil)
    }

    @Test func `a declared gigabyte is rejected before it is sent`() throws {
        for path in ["/predict", "/v2/models/small/infer"] {
            let connection = try server.connect()
            try connection.send(
                "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 1073741824\r\n"
                    + "Expect: 100-continue\r\n\r\n")
            let answer = try connection.answer()
            #expect(answer.status == 413 && answer.code == "body_too_large")
            #expect(answer.headers["connection"] == "close")
            #expect(connection.isAtEnd())
        }
    }

    @Test func `a body without a length is rejected at the limit`() throws {
        let connection = try server.connect()
        try connection.send(
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n")
        let piece = Data("10000\r\n".utf8) + Data(count: 65_536) + Data("\r\n".utf8)
        // The server stops reading. Sending may fail, but the response is there.
        for _ in 0 ..< 40 { guard (try? connection.send(piece)) != nil else { break } }
        #expect(try connection.answer().code == "file_too_large")
    }

    @Test func `a slow client gets a timeout`() throws {
        // A separate server: on a busy machine each request may take longer.
        let server = try RunningServer(environment: ["HEARTSENSE_LIMITS_SECONDS": "1.5"])
        let starts = [
            "POST /pre",
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\nabc",
        ]
        let connections = try starts.map { start in
            let connection = try server.connect()
            try connection.send(start)
            return connection
        }
        for connection in connections {
            let answer = try connection.answer()
            #expect(answer.status == 408 && answer.code == "request_timeout")
            #expect(connection.isAtEnd())
        }
    }

    @Test func `invalid inference requests are rejected by code`() throws {
        let picture = try SpikePicture.png(1).base64EncodedString()
        func input(_ fields: String) -> String { "{\"inputs\":[{\(fields)}]}" }
        let cases: [(String, String)] = [
            ("", "malformed_json"), ("{", "malformed_json"), ("[]", "malformed_json"), ("{}", "malformed_json"),
            (String(repeating: "[", count: 100_000), "malformed_json"),
            ("{\"inputs\":[]}", "malformed_input"),
            (input("\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"\(picture)\"]"), "malformed_input"),
            (
                input("\"name\":\"pictures\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[\"\(picture)\"]"),
                "malformed_input"
            ),
            (
                input("\"name\":\"pictures\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"\(picture)\"]"),
                "malformed_input"
            ),
            (input("\"name\":\"pictures\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"*\"]"), "malformed_input"),
            (input("\"name\":\"pictures\",\"datatype\":\"BYTES\",\"shape\":[0],\"data\":[]"), "no_files"),
            (input("\"name\":\"pictures\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"YWJj\"]"), "not_a_picture"),
        ]
        for (body, code) in cases {
            let answer = try server.post("/v2/models/small/infer", type: "application/json", Data(body.utf8))
            #expect(answer.code == code, "\(body.prefix(100))")
        }
        let typed = try server.post("/v2/models/small/infer", type: "text/plain", Data("{}".utf8))
        #expect(typed.code == "unsupported_media_type")
        #expect(server.isAnswering)
    }
}
