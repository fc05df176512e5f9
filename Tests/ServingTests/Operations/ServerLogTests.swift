import Foundation
import Testing

@Suite(.serialized) struct ServerLogTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

    @Test func `the log has JSON lines with ids`() throws {
        let id = try #require(try server.get("/v2/health/live").headers["x-request-id"])
        let lines = server.log.split(separator: "\n")
        let objects = lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String] }
        #expect(objects.count == lines.count)
        #expect(
            objects.contains { $0["request_id"] == id && $0["route"] == "/v2/health/live" && $0["status"] == "200" })
    }
}
