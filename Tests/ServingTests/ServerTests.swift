import Foundation
import Programs
import Samples
import Testing

@testable import APIErrors
@testable import Serving

/// What honest clients do.
@Suite(.serialized) struct ServerTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

    @Test func `answers are those of heartsense predict to the byte, whatever shares their batch`() async throws {
        let folder = try SmallModel.folder.get()
        let names = (0 ..< 12).map { "picture-\($0).png" }
        let pictures = try (0 ..< 12).map { try SpikePicture.png(40 + 3 * $0) }
        for (name, picture) in zip(names, pictures) {
            try picture.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let printed = try Program.run("heartsense", ["predict", "run/model.h5", "--json"] + names, in: folder)
        let lines = printed.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 12)

        // Each alone, all at the same time.
        let server = server
        let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for index in names.indices {
                group.addTask { (index, try server.predict([(names[index], pictures[index])]).text) }
            }
            var answers = [String](repeating: "", count: names.count)
            for try await (index, text) in group { answers[index] = text }
            return answers
        }
        #expect(answers == lines)
        // All in one request.
        let together = try server.predict(Array(zip(names, pictures)))
        let expected = "{\"results\":[" + lines.joined(separator: ",") + "]}"
        let difference = zip(together.text, expected).enumerated().first { $1.0 != $1.1 }?.offset
        #expect(difference.map { String(together.text.dropFirst(max(0, $0 - 40)).prefix(90)) } == nil)
        #expect(together.text == expected)
        // As a raw body, under the name that it has then.
        let raw = try server.post("/predict", type: nil, pictures[0])
        #expect(raw.text == lines[0].replacing("picture-0.png", with: "picture"))
    }

    @Test func `pictures that cannot be read have their reasons beside the others' answers`() throws {
        let good = try SpikePicture.png(2)
        let mixed = try server.predict([("a.png", good), ("b.png", Data("text".utf8)), ("c.png", Data())])
        #expect(mixed.status == 200)
        #expect(
            mixed.results.map { ($0["error"] as? [String: Any])?["code"] as? String } == [
                nil, "not_a_picture", "empty_file",
            ])
        #expect(mixed.results.map { $0["file"] as? String } == ["a.png", "b.png", "c.png"])
        let none = try server.predict([("a.png", Data()), ("b.png", Data("text".utf8))])
        #expect(none.status == 422 && none.code == "no_answer")
        #expect(none.results.count == 2)
    }

    @Test func `the Open Inference Protocol gives the same scores`() throws {
        let pictures = try [3, 4].map { try SpikePicture.png($0) }
        let direct = try server.predict(pictures.map { ("x", $0) }).results
        let data = pictures.map { "\"\($0.base64EncodedString())\"" }.joined(separator: ",")
        let body =
            "{\"id\":\"mine\",\"inputs\":[{\"name\":\"pictures\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\(data)]}]}"
        let answer = try server.post("/v2/models/small/infer", type: "application/json", Data(body.utf8))
        #expect(answer.status == 200)
        #expect(answer.json["id"] as? String == "mine")
        let outputs = try #require(answer.json["outputs"] as? [[String: Any]])
        #expect(outputs.map { $0["name"] as? String } == ["scores", "decided", "uncertain", "result_id"])
        #expect(outputs[0]["shape"] as? [Int] == [2, 6])
        let scores = direct.flatMap { ($0["labels"] as? [[String: Any]] ?? []).compactMap { $0["score"] as? Double } }
        #expect(outputs[0]["data"] as? [Double] == scores && scores.count == 12)
        #expect(outputs[3]["data"] as? [String] == direct.compactMap { $0["id"] as? String })
        let model = try server.get("/v2/models/small").json
        #expect((model["versions"] as? [String])?.first == answer.json["model_version"] as? String)
        #expect((model["limits"] as? [String: Any])?["file_bytes"] as? Int == 1_000_000)
        let one = body.replacing("]}]}", with: "]}],\"outputs\":[{\"name\":\"uncertain\"}]}")
        let named = try server.post("/v2/models/small/infer", type: "application/json", Data(one.utf8))
        #expect((named.json["outputs"] as? [[String: Any]])?.count == 1)
    }

    @Test func `health, metrics, page and its files are there, and nothing may run that is not ours`() throws {
        #expect(try server.get("/v2/health/live").json["live"] as? Bool == true)
        #expect(try server.get("/v2/health/ready").json["ready"] as? Bool == true)
        _ = try server.predict([("a.png", try SpikePicture.png(5))])
        let metrics = try server.get("/metrics")
        #expect(metrics.text.contains("heartsense_requests_total{route=\"/predict\",status=\"200\"}"))
        #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        let page = try server.get("/")
        #expect(page.headers["content-type"] == "text/html; charset=utf-8")
        let policy = try #require(page.headers["content-security-policy"])
        #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
        for asset in PageAssets.all { #expect(try server.get("/assets/\(asset.name)").body == Data(asset.bytes)) }
    }

    @Test func `one connection carries many requests, also sent at once`() throws {
        let connection = try server.connect()
        let picture = try SpikePicture.png(6)
        let head =
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: \(picture.count)\r\n\r\n"
        for _ in 0 ..< 3 { try connection.send(Data(head.utf8) + picture) }
        let answers = try (0 ..< 3).map { _ in try connection.answer() }
        #expect(answers.allSatisfy { $0.status == 200 && $0.body == answers[0].body })
        #expect(Set(answers.map { $0.headers["x-request-id"] }).count == 3)
    }

    @Test func `who asks whether to go on is told so`() throws {
        let connection = try server.connect()
        let picture = try SpikePicture.png(7)
        try connection.send(
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: \(picture.count)\r\nExpect: 100-continue\r\n\r\n")
        let go = String(decoding: try connection.read(until: Data("\r\n\r\n".utf8)), as: UTF8.self)
        #expect(go.hasPrefix("HTTP/1.1 100 "))
        try connection.send(picture)
        #expect(try connection.answer().status == 200)
    }

    @Test func `the log is JSON lines with ids`() throws {
        let id = try #require(try server.get("/v2/health/live").headers["x-request-id"])
        let lines = server.log.split(separator: "\n")
        let objects = lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String] }
        #expect(objects.count == lines.count)
        #expect(
            objects.contains { $0["request_id"] == id && $0["route"] == "/v2/health/live" && $0["status"] == "200" })
    }

    @Test func `the description names every route and every code`() throws {
        let description = try server.get("/openapi.json").json
        let paths = try #require(description["paths"] as? [String: [String: Any]])
        for path in ["/", "/predict", "/metrics", "/openapi.json", "/v2/models/{model}", "/v2/models/{model}/infer"] {
            #expect(paths[path] != nil, "\(path)")
        }
        for (path, operations) in paths {
            let asked = path.replacing("{model}", with: "small").replacing("{name}", with: "page.css")
            let method = operations.keys.contains("get") ? "GET" : "POST"
            let answer = try server.get(asked, method: method)
            #expect(answer.code != "not_found" && answer.code != "method_not_allowed", "\(method) \(path)")
        }
        let schemas = (description["components"] as? [String: Any])?["schemas"] as? [String: Any]
        let content = (schemas?["ErrorContent"] as? [String: Any])?["properties"] as? [String: Any]
        let codes = (content?["code"] as? [String: Any])?["enum"] as? [String]
        #expect(codes == ErrorCode.allCases.map(\.rawValue))
    }
}
