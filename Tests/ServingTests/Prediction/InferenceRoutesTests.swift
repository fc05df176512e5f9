import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct InferenceRoutesTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

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

    @Test func `several versions of a model are served, the first by default`() throws {
        let paths = try [SmallModel.path, SmallModel.otherVersion.get()]
        let server = try RunningServer(models: paths)
        let versions = try #require(try server.get("/v2/models/small").json["versions"] as? [String])
        #expect(Set(versions).count == 2)
        let body = input("\"data\":[\"\(try SpikePicture.png(4).base64EncodedString())\"]", shape: "[1]")
        func infer(_ path: String) throws -> Connection.Answer {
            try server.post("/v2/models/small\(path)/infer", type: "application/json", body)
        }
        #expect(try infer("").json["model_version"] as? String == versions[0])
        for version in versions {
            let answer = try infer("/versions/\(version)")
            #expect(answer.status == 200 && answer.json["model_version"] as? String == version, "\(answer.text)")
        }
        let unknown = try infer("/versions/1")
        #expect(
            unknown.status == 404 && unknown.text.contains("Versions of 'small': \(versions.joined(separator: ", "))."))
        let result = try server.predict([("a.png", try SpikePicture.png(4))]).json
        #expect((result["model"] as? [String: Any])?["sha256"] as? String == versions[0])
        // Both are in the metrics; pages name the default only.
        let metrics = try server.get("/metrics").text
        for version in versions { #expect(metrics.contains(version)) }
        #expect(try server.get("/").text.components(separatedBy: versions[1].prefix(16)).count == 1)
    }

    private func input(_ data: String, shape: String, more: String = "") -> Data {
        Data(
            ("{\"inputs\":[{\"name\":\"pictures\",\"datatype\":\"BYTES\",\"shape\":\(shape),\(data)}]\(more)}").utf8)
    }

    private func scores(_ answer: Connection.Answer) -> [Double]? {
        (answer.json["outputs"] as? [[String: Any]])?.first?["data"] as? [Double]
    }

    @Test func `the server, the model and its version describe themselves`() throws {
        let about = try server.get("/v2").json
        #expect(about["name"] as? String == "heartsense" && about["extensions"] as? [String] == ["binary_tensor_data"])
        let model = try server.get("/v2/models/small").json
        let version = try #require((model["versions"] as? [String])?.first)
        for path in ["/v2/models/small/ready", "/v2/models/small/versions/\(version)/ready"] {
            let answer = try server.get(path)
            #expect(answer.json["ready"] as? Bool == true && answer.json["name"] as? String == "small", "\(path)")
        }
        let same = try server.get("/v2/models/small/versions/\(version)")
        #expect(same.json["name"] as? String == "small")
        for path in ["", "/ready"] {
            let answer = try server.get("/v2/models/small/versions/1\(path)")
            #expect(answer.status == 404 && answer.code == "unknown_model")
            #expect((answer.json["error"] as? String)?.contains(version) == true)
        }
        let infer = try server.post(
            "/v2/models/small/versions/\(version)/infer", type: nil,
            input("\"data\":[\"\(try SpikePicture.png(1).base64EncodedString())\"]", shape: "[1]"))
        #expect(infer.status == 200 && infer.json["model_version"] as? String == version)
        #expect(try server.post("/v2/models/small/versions/1/infer", type: nil, Data("{}".utf8)).status == 404)
    }

    @Test func `errors have the form of the protocol`() throws {
        for (path, code) in [
            ("/v2/models/other", "unknown_model"), ("/v2/nothing", "not_found"), ("/v2/repository/index", "not_found"),
            ("/v2/models/small/infer", "method_not_allowed"),
        ] {
            let answer = try server.get(path)
            #expect(answer.json["error"] is String && answer.json["code"] as? String == code, "\(path)")
            #expect(answer.json["request_id"] as? String == answer.headers["x-request-id"])
        }
    }

    @Test func `data may be nested, a column, without a type and in any form of base64`() throws {
        let text = try SpikePicture.png(5).base64EncodedString()
        let url = text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let expected = try server.post(
            "/v2/models/small/infer", type: "application/json", input("\"data\":[\"\(text)\"]", shape: "[1]"))
        #expect(expected.status == 200 && scores(expected)?.count == 6)
        for (data, shape) in [
            ("[[\"\(text)\"]]", "[1,1]"), ("[\"\(text)\"]", "[1,1]"), ("[[\"\(text)\"]]", "[1]"),
            ("[\"\(url)\"]", "[1]"),
            ("[\"data:image/png;base64,\(text)\"]", "[1]"),
            ("[\"\(text.prefix(76))\\r\\n\(text.dropFirst(76))\"]", "[1]"),
        ] {
            for type in [nil, "application/octet-stream", "application/x-www-form-urlencoded"] {
                let answer = try server.post(
                    "/v2/models/small/infer", type: type, input("\"data\":\(data)", shape: shape))
                #expect(scores(answer) == scores(expected), "\(shape) \(type ?? "")")
            }
        }
    }

    /// Sends JSON followed by bytes.
    private func post(_ json: Data, _ bytes: Data, length: String? = nil) throws -> Connection.Answer {
        let connection = try server.connect()
        try connection.send(
            Data(
                ("POST /v2/models/small/infer HTTP/1.1\r\nHost: x\r\nContent-Length: \(json.count + bytes.count)\r\n"
                    + "Inference-Header-Content-Length: \(length ?? "\(json.count)")\r\n\r\n").utf8) + json + bytes)
        return try connection.answer()
    }

    @Test func `tensors may be binary in both directions`() throws {
        let pictures = try [3, 4].map { try SpikePicture.png($0) }
        let bytes = pictures.reduce(Data()) { $0 + Compressed.little(UInt32($1.count)) + $1 }
        let size = "\"parameters\":{\"binary_data_size\":\(bytes.count)}"
        let plain = try post(input(size, shape: "[2,1]"), bytes)
        #expect(plain.status == 200 && plain.headers["inference-header-content-length"] == nil)
        let direct = try server.predict(pictures.map { ("x", $0) }).results
        #expect(
            scores(plain)
                == direct.flatMap { ($0["labels"] as? [[String: Any]] ?? []).compactMap { $0["score"] as? Double } })

        let all = try post(
            input(size, shape: "[2]", more: ",\"parameters\":{\"binary_data_output\":true}"), bytes)
        #expect(all.headers["content-type"] == "application/octet-stream")
        let length = try #require(all.headers["inference-header-content-length"].flatMap { Int($0) })
        let json = try JSONSerialization.jsonObject(with: all.body.prefix(length)) as? [String: Any]
        let outputs = try #require(json?["outputs"] as? [[String: Any]])
        let sizes = outputs.compactMap { ($0["parameters"] as? [String: Any])?["binary_data_size"] as? Int }
        #expect(sizes == [2 * 6 * 8, 2 * 6, 2, 2 * 36] && outputs.allSatisfy { $0["data"] == nil })
        let binary = Data(all.body.dropFirst(length))
        #expect(binary.count == sizes.reduce(0, +))
        let numbers = (0 ..< 12).map { index in
            Double(
                bitPattern: binary.dropFirst(index * 8).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
        // The reader of JSON may round differently.
        for (number, score) in zip(numbers, try #require(scores(plain))) { #expect(abs(number - score) < 1e-15) }
        #expect(binary.suffix(32) == Data((direct[1]["id"] as? String ?? "").utf8))

        let one = try post(
            input(
                size, shape: "[2]",
                more:
                    ",\"outputs\":[{\"name\":\"scores\"},{\"name\":\"uncertain\",\"parameters\":{\"binary_data\":true}}]"
            ),
            bytes)
        let both = try #require(one.headers["inference-header-content-length"].flatMap { Int($0) })
        #expect(one.body.count - both == 2)
        // A body without JSON is one picture.
        let raw = try post(Data(), pictures[0])
        #expect(raw.status == 200 && raw.headers["inference-header-content-length"] != nil)
    }

    @Test func `invalid binary tensors are rejected by code`() throws {
        let bytes = Compressed.little(3) + Data("abc".utf8)
        func json(_ size: Int, _ more: String = "") -> Data {
            input("\"parameters\":{\"binary_data_size\":\(size)}\(more)", shape: "[1]")
        }
        for (body, bytes, length, code) in [
            (json(7), bytes, "x", "malformed_input"), (json(7), bytes, "-1", "malformed_input"),
            (json(7), bytes, "100000", "malformed_input"), (json(7), bytes, "5", "malformed_json"),
            (json(8), bytes, nil, "malformed_input"), (json(-1), bytes, nil, "malformed_input"),
            (json(7, ",\"data\":[\"YWJj\"]"), bytes, nil, "malformed_input"),
            (json(6), bytes.dropLast(1), nil, "malformed_input"), (json(2), bytes.prefix(2), nil, "malformed_input"),
            (json(8), Compressed.little(.max) + Data(count: 4), nil, "malformed_input"),
            (json(7), bytes, nil, "not_a_picture"), (json(0), Data(), nil, "malformed_input"),
            (json(4 * 13), Data(count: 4 * 13), nil, "too_many_files"),
        ] as [(Data, Data, String?, String)] {
            let answer = try post(body, bytes, length: length)
            #expect(answer.code == code, "\(String(decoding: body, as: UTF8.self)) \(answer.text)")
        }
        #expect(server.isAnswering)
    }
}
