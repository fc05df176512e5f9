import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct RequestRulesTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

    private func answer(to text: String, _ body: Data = Data(), toHead: Bool = false) throws -> Connection.Answer {
        let connection = try server.connect()
        try connection.send(Data(text.utf8) + body)
        return try connection.answer(toHead: toHead)
    }

    @Test func `a request of HTTP 1.1 needs one valid host`() throws {
        let line = "GET /v2/health/live HTTP/1.1\r\n"
        for hosts in ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nhost: a\r\n", "Host: a/b\r\n", "Host: a b\r\n"] {
            let answer = try answer(to: line + hosts + "\r\n")
            #expect(answer.status == 400 && answer.json["code"] as? String == "malformed_http", "\(hosts)")
            #expect((answer.json["error"] as? String)?.contains("Host header") == true)
        }
        for host in ["a", "a:80", "[::1]:8080", ""] {
            #expect(try answer(to: line + "Host: \(host)\r\n\r\n").status == 200, "\(host)")
        }
        #expect(try answer(to: "GET /v2/health/live HTTP/1.0\r\n\r\n").status == 200)
        #expect(try answer(to: "GET /v2/health/live HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n").status == 400)
    }

    @Test func `bodies with gzip and deflate are decoded on every route`() throws {
        let picture = try SpikePicture.png(1)
        let direct = try server.post("/predict", type: "image/png", picture).json
        let infer = Data(
            ("{\"inputs\":[{\"name\":\"pictures\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\""
                + picture.base64EncodedString() + "\"]}]}").utf8)
        let encodings: [(String, @Sendable (Data) -> Data)] = [
            ("gzip", { Compressed.gzip($0) }), ("x-gzip", { Compressed.gzip($0) }),
            ("deflate", { Compressed.zlib($0) }), ("deflate", { Compressed.raw($0) }), ("identity", { $0 }),
            ("identity, GZIP", { Compressed.gzip($0) }),
        ]
        for (encoding, encode) in encodings {
            func post(_ path: String, _ type: String, _ body: Data) throws -> Connection.Answer {
                let body = encode(body)
                return try answer(
                    to: "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: \(type)\r\nContent-Encoding: \(encoding)\r\n"
                        + "Content-Length: \(body.count)\r\n\r\n", body)
            }
            #expect(try post("/predict", "image/png", picture).json["id"] as? String == direct["id"] as? String)
            let form = try post("/predict", "multipart/form-data; boundary=b", Form.body([("a.png", picture)]))
            #expect(form.json["id"] as? String == direct["id"] as? String)
            #expect(try post("/v2/models/small/infer", "application/json", infer).status == 200)
            // A decoded body that the route rejects for its content.
            #expect(try post("/upload", "multipart/form-data; boundary=b", Data("--b--".utf8)).code != "malformed_http")
        }
    }

    @Test func `the limits hold for the decoded body`() throws {
        let bomb = Compressed.gzip(Data(count: 5_000_000))
        #expect(bomb.count < 10_000)
        let before = server.peakMemory
        for path in ["/predict", "/v2/models/small/infer"] {
            let answer = try answer(
                to:
                    "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n",
                bomb)
            #expect(answer.status == 413, "\(path) \(answer.text)")
        }
        #expect(server.peakMemory - before < 64 << 20)
    }

    @Test func `other encodings are rejected with the reason`() throws {
        for path in ["/predict", "/upload", "/v2/models/small/infer", "/login", "/nothing"] {
            for encoding in ["br", "zstd", "gzip, gzip", "compress"] {
                let answer = try answer(
                    to:
                        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Encoding: \(encoding)\r\nContent-Length: 3\r\n\r\nabc"
                )
                #expect(answer.status == 415 && answer.code == "unsupported_media_type", "\(path) \(encoding)")
                #expect(answer.headers["accept-encoding"] == "gzip, deflate, identity")
            }
            for encoding in ["gzip", "gzip, chunked"] {
                let answer = try answer(
                    to: "POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \(encoding)\r\n\r\n0\r\n\r\n")
                #expect(answer.status == 501, "\(path) \(encoding)")
                #expect(answer.code == "unsupported_transfer_encoding" && answer.headers["connection"] == "close")
            }
        }
        let damaged = try answer(
            to: "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")
        #expect(damaged.status == 400 && damaged.code == "malformed_http")
    }
}
