import Foundation
import Logging
import Testing

@testable import Serving

@Suite(.serialized) struct ServerLogTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

    @Test func `the log has JSON lines with ids`() throws {
        let id = try #require(try server.get("/v2/health/live").headers["x-request-id"])
        let lines = server.log.split(separator: "\n")
        let objects = lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        #expect(objects.count == lines.count)
        let found = try #require(objects.first { $0["request_id"] as? String == id })
        #expect(found["route"] as? String == "/v2/health/live")
        // Numbers are numbers, so that programs can compare them.
        #expect(found["status"] as? Int == 200 && found["milliseconds"] is Double)
        #expect(found["caller_request_id"] == nil)
    }

    @Test func `the log has the caller's request id, if it looks like one`() throws {
        func logged(_ callerID: String) throws -> [String: Any] {
            let connection = try server.connect()
            try connection.send(
                "GET /v2/health/live HTTP/1.1\r\nHost: x\r\nX-Request-Id: \(callerID)\r\nConnection: close\r\n\r\n")
            let id = try #require(try connection.answer().headers["x-request-id"])
            #expect(id != callerID)
            let line = try #require(server.log.split(separator: "\n").last { $0.contains(id) })
            return try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(try logged("proxy-7f.3")["caller_request_id"] as? String == "proxy-7f.3")
        for strange in ["two words", "<b>", String(repeating: "a", count: 129)] {
            #expect(try logged(strange)["caller_request_id"] == nil, "\(strange)")
        }
    }

    @Test func `metadata keep their types`() throws {
        let line = ServerLog.line(
            level: .info, message: "m",
            metadata: [
                "count": .stringConvertible(3), "share": .stringConvertible(0.5),
                "not a number": .stringConvertible(Double.nan),
                "list": [["text": "3"]],
            ], time: Date(timeIntervalSince1970: 0))
        #expect(
            line == """
                {"count":3,"level":"info","list":[{"text":"3"}],"message":"m","not a number":"nan","share":0.5,\
                "time":"1970-01-01T00:00:00.000Z"}\n
                """)
    }
}
