import Foundation
import TestSupport
import Testing

@testable import Serving

@Suite(.serialized) struct CrossOriginTests {
    private static let server = Result {
        let server = try RunningServer(environment: [
            "HEARTSENSE_CORS_ORIGINS": "https://app.example.org, http://localhost:3000"
        ])
        RunningServer.endWithTheTests(server)
        return server
    }

    private func answer(
        _ method: String, _ path: String, _ headers: String, server: RunningServer? = nil
    ) throws -> Connection.Answer {
        let connection = try (server ?? Self.server.get()).connect()
        try connection.send("\(method) \(path) HTTP/1.1\r\nHost: x\r\n\(headers)\r\n")
        return try connection.answer(toHead: method == "OPTIONS")
    }

    @Test func `a configured origin passes the preflight request and gets the headers with every answer`() throws {
        for origin in ["https://app.example.org", "http://localhost:3000"] {
            let preflight = try answer(
                "OPTIONS", "/uploads/1",
                "Origin: \(origin)\r\nAccess-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: x-mine\r\n"
            )
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-origin"] == origin)
            #expect(preflight.headers["access-control-allow-methods"] == "PATCH")
            #expect(preflight.headers["access-control-allow-headers"] == "x-mine")
            for (path, status) in [("/v2/health/live", 200), ("/nothing", 404), ("/login", 501)] {
                let answer = try answer("GET", path, "Origin: \(origin)\r\n")
                #expect(answer.status == status)
                #expect(answer.headers["access-control-allow-origin"] == origin)
                #expect(answer.headers["access-control-expose-headers"]?.contains("X-Request-Id") == true)
                #expect(answer.headers["vary"]?.contains("Origin") == true)
            }
            // Requests of a configured origin are not those of another site.
            let correction = try answer(
                "PATCH", "/uploads/1",
                "Origin: \(origin)\r\nSec-Fetch-Site: cross-site\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n")
            #expect(correction.code == "unsupported_media_type")
        }
    }

    @Test func `other origins get no access`() throws {
        let fixed = try RunningServer.shared.get()
        for (origin, server) in [
            ("https://evil.example.org", nil), ("null", nil), ("https://app.example.org.evil.net", nil),
            ("https://app.example.org", fixed),
        ] {
            let preflight = try answer(
                "OPTIONS", "/predict", "Origin: \(origin)\r\nAccess-Control-Request-Method: POST\r\n", server: server)
            #expect(preflight.status == 405 && preflight.headers["access-control-allow-origin"] == nil)
            let answer = try answer("GET", "/v2/health/live", "Origin: \(origin)\r\n", server: server)
            #expect(answer.status == 200 && answer.headers["access-control-allow-origin"] == nil)
            let correction = try self.answer(
                "PATCH", "/uploads/1", "Origin: \(origin)\r\nContent-Length: 0\r\n", server: server)
            #expect(correction.code == "forged_request")
        }
    }

    @Test func `the setting takes origins only`() throws {
        func origins(_ text: String) throws -> [String] {
            try ServerConfiguration(environment: ["HEARTSENSE_CORS_ORIGINS": text]).origins
        }
        #expect(try origins("off").isEmpty)
        #expect(
            try origins("https://A.example.org , http://[::1]:3000") == ["https://a.example.org", "http://[::1]:3000"])
        for text in ["*", "app.example.org", "https://a.org/", "https://a.org/path", "https://a.org,,"] {
            #expect(throws: (any Error).self, "\(text)") { try origins(text) }
        }
    }
}
