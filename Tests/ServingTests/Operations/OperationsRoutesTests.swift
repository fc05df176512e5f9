import Foundation
import TestSupport
import Testing

@testable import Serving

@Suite(.serialized) struct OperationsRoutesTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

    @Test func `health, metrics, page and its files are served, with a policy against foreign scripts`() throws {
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
}
