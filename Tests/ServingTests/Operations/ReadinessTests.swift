import APIErrors
import Foundation
import TestSupport
import Testing

@testable import Serving

/// These tests wait without `await`, see `HeartSenseServerTests`.
@Suite(.serialized) struct ReadinessTests {
    @Test func `a stopping server is not ready, but answers until its delay is over`() throws {
        let server = try RunningServer(environment: ["HEARTSENSE_SHUTDOWN_DELAY_SECONDS": "3600"])
        #expect(try server.get("/v2/health/ready").status == 200)
        let connection = try server.connect()
        let request = "GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n"
        try connection.send(request)
        #expect(try connection.answer().headers["connection"] == nil)
        server.terminate()
        var ready = try server.get("/v2/health/ready")
        for _ in 0 ..< 2400 where ready.status == 200 {
            Thread.sleep(forTimeInterval: 0.1)
            ready = try server.get("/v2/health/ready")
        }
        #expect(ready.status == 503 && ready.code == "shutting_down" && ready.headers["retry-after"] == "5")
        // A client with an open connection leaves this server after its next response.
        try connection.send(request)
        let last = try connection.answer()
        #expect(last.status == 200 && last.headers["connection"] == "close")
        #expect(try server.predict([("a.png", try SpikePicture.png(1))]).status == 200)
    }

    @Test func `a server ends after its delay`() throws {
        let server = try RunningServer(environment: ["HEARTSENSE_SHUTDOWN_DELAY_SECONDS": "0.5"])
        server.terminate()
        #expect(server.wait() == 0)
    }

    @Test func `a server without its database is not ready`() throws {
        let server = try AccountClient.server()
        let file = "\(server.folder)/\(AccountClient.file)"
        #expect(try server.get("/v2/health/ready").status == 200)
        try FileManager.default.moveItem(atPath: file, toPath: "\(file)-moved")
        let ready = try server.get("/v2/health/ready")
        #expect(ready.status == 503 && ready.code == "storage_unavailable")
        #expect(try server.get("/metrics").text.contains("\nheartsense_database_up 0\n"))
        #expect(try server.get("/v2/health/live").status == 200)
        try FileManager.default.moveItem(atPath: "\(file)-moved", toPath: file)
        #expect(try server.get("/v2/health/ready").status == 200)
    }

    @Test func `a server whose threads make no progress is not ready`() async throws {
        let readiness = Readiness(delay: 0, accounts: nil)
        try await readiness.check(isStalled: false)
        await #expect {
            try await readiness.check(isStalled: true)
        } throws: {
            ($0 as? APIError)?.code == .busy
        }
    }
}
