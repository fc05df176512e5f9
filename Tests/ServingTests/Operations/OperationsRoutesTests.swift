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

    @Test func `metrics have a listener of their own, and health has both`() throws {
        let port = try Self.freePort()
        let server = try RunningServer(environment: ["HEARTSENSE_OPERATIONS_PORT": "\(port)"])
        func get(_ path: String) throws -> Connection.Answer {
            let connection = try Connection(port: port)
            try connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return try connection.answer()
        }
        // The second listener can start later than the first.
        while (try? Connection(port: port)) == nil { Thread.sleep(forTimeInterval: 0.05) }
        for path in ["/v2/health/live", "/v2/health/ready"] {
            #expect(try get(path).status == 200)
            #expect(try server.get(path).status == 200)
        }
        #expect(try get("/metrics").text.contains("heartsense_requests_total{route=\"/v2/health/live\""))
        #expect(try server.get("/metrics").code == "not_found")
        let paths = try server.get("/openapi.json").json["paths"] as? [String: Any]
        #expect(paths?["/metrics"] == nil && paths?["/predict"] != nil)
        for path in ["/", "/predict", "/openapi.json"] { #expect(try get(path).code == "not_found") }
        server.terminate()
        #expect(server.wait() == 0)
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { address in
            try address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try #require(bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0)
            }
            return address.pointee.sin_port.bigEndian
        }
    }
}
