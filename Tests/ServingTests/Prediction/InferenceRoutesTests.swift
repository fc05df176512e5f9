import Foundation
import TestSupport
import Testing
import Uploads

@testable import APIErrors
@testable import Serving

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
        let models = try UploadModels(contentsOf: paths)
        let versions = models.versions.compactMap { $0.model.digest?.description }
        let configuration = try ServerConfiguration(environment: ["HEARTSENSE_THREADS": "1"])
        let services = models.versions.map {
            PredictionService(predictor: $0, configuration: configuration, telemetry: Telemetry())
        }
        defer { for service in services { service.stop() } }
        let routes = InferenceRoutes(
            reader: UploadReader(limits: configuration.limits, budget: ByteBudget(bytes: 1 << 30)), services: services)
        #expect(try routes.service("small") === services[0])
        for (version, service) in zip(versions, services) {
            #expect(try routes.service("small", version: version) === service)
        }
        #expect(throws: APIError(.unknownModel, "Unknown model. This server has the model 'small'.")) {
            try routes.service("large")
        }
        let known = versions.joined(separator: ", ")
        #expect(throws: APIError(.unknownModel, "Unknown version. Versions of 'small': \(known).")) {
            try routes.service("small", version: "1")
        }
        let server = try RunningServer(models: paths)
        #expect(try server.get("/v2/models/small").json["versions"] as? [String] == versions)
        let result = try server.predict([("a.png", try SpikePicture.png(4))]).json
        #expect((result["model"] as? [String: Any])?["sha256"] as? String == versions[0])
        // Both are in the metrics; pages name the default only.
        let metrics = try server.get("/metrics").text
        for version in versions { #expect(metrics.contains(version)) }
        #expect(try server.get("/").text.components(separatedBy: versions[1].prefix(16)).count == 1)
    }
}
