import Classifiers
import Digitization
import Foundation
import TestSupport
import Testing

@testable import APIErrors

@Suite(.serialized) struct APIDescriptionTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

    @Test func `the description has every route and every code`() throws {
        let description = try server.get("/openapi.json").json
        let paths = try #require(description["paths"] as? [String: [String: Any]])
        for path in [
            "/", "/predict", "/upload", "/uploads/{id}", "/results/{id}", "/results/{id}/ecg.svg", "/metrics",
            "/openapi.json", "/v2", "/v2/models/{model}",
            "/v2/models/{model}/ready", "/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}",
            "/v2/models/{model}/versions/{version}/ready", "/v2/models/{model}/versions/{version}/infer",
        ] {
            #expect(paths[path] != nil, "\(path)")
        }
        for (path, operations) in paths {
            let asked = path.replacing("{model}", with: "small").replacing("{name}", with: "page.css")
                .replacing("{file}", with: "page.css")
            let method =
                operations.keys.contains("get") ? "GET" : operations.keys.contains("patch") ? "PATCH" : "POST"
            let answer = try server.get(asked, method: method)
            #expect(answer.code != "not_found" && answer.code != "method_not_allowed", "\(method) \(path)")
        }
        let schemas = (description["components"] as? [String: Any])?["schemas"] as? [String: Any]
        let content = (schemas?["ErrorContent"] as? [String: Any])?["properties"] as? [String: Any]
        let codes = (content?["code"] as? [String: Any])?["enum"] as? [String]
        #expect(codes == ErrorCode.allCases.map(\.rawValue))
    }

    @Test func `every reason is in the description and in the documentation`() throws {
        let description = try server.get("/openapi.json").text
        let documentation = try String(
            contentsOf: SharedMaterial.checkout.appendingPathComponent("docs/serving.md"), encoding: .utf8)
        let reasons =
            ErrorCode.allCases.map(\.rawValue) + PageReason.allCases.map(\.rawValue) + Reason.allCases.map(\.rawValue)
        for reason in reasons {
            #expect(description.contains(reason) && documentation.contains("`\(reason)`"), "\(reason)")
        }
        for page in PageReason.allCases { #expect(ErrorCode(rawValue: page.rawValue) != nil, "\(page.rawValue)") }
    }
}
