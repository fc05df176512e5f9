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
}
