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

    /// A server with accounts after a classified picture, a refused one, a failed log-in and a mail.
    private func used() throws -> RunningServer {
        let server = try AccountClient.server()
        let client = AccountClient(server)
        try client.enter("metrics@example.org")
        _ = try server.predict([("a.png", try SpikePicture.png(5)), ("b.png", Data("no picture".utf8))])
        #expect(try client.json("/login", ["email": "metrics@example.org", "password": "wrong"]).status == 401)
        return server
    }

    @Test func `metrics show what operators need to see`() throws {
        let server = try used()
        let lines = try server.get("/metrics").text.split(separator: "\n").map(String.init)
        let result = try server.predict([("a.png", try SpikePicture.png(5))]).json
        let code = try #require((result["decision"] as? [String])?.first)
        for line in [
            "heartsense_queue_explanations 0", "heartsense_database_up 1",
            "heartsense_predictions_total{model=\"small\"} 1",
            "heartsense_labels_total{model=\"small\",label=\"\(code)\"} 1",
            "heartsense_uncertain_predictions_total{model=\"small\"} \(result["uncertain"] as? Bool == true ? 1 : 0)",
            "heartsense_refusals_total{code=\"not_a_picture\"} 1",
            "heartsense_logins_total{outcome=\"succeeded\"} 1", "heartsense_logins_total{outcome=\"failed\"} 1",
            "heartsense_mails{state=\"failed\"} 0",
            "heartsense_build_info{version=\"0.1.0\"} 1",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        func value(_ name: String) -> Double {
            lines.first { $0.hasPrefix("\(name) ") }.flatMap { Double($0.split(separator: " ")[1]) } ?? -1
        }
        #expect(value("process_cpu_seconds_total") > 0 && value("process_resident_memory_bytes") > 10_000_000)
        #expect(abs(value("process_start_time_seconds") - Date().timeIntervalSince1970) < 3600)
        #expect(value("process_open_fds") > 3 && value("process_max_fds") >= value("process_open_fds"))
    }

    @Test(.enabled(if: Python.path(with: "prometheus_client") != nil, "prometheus_client is not installed"))
    func `the parser of prometheus_client reads the metrics, which follow the conventions of Prometheus`() throws {
        let server = try used()
        let python = try #require(Python.path(with: "prometheus_client"))
        let scratch = try Scratch()
        let file = try scratch.write("metrics.txt", server.get("/metrics").body)
        let outcome = try Python.run(python, script: "read_metrics.py", file)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("heartsense_uncertain_predictions_total"))
    }

    @Test func `the alert rules use metrics and labels that exist`() throws {
        let rules = try String(
            contentsOf: SharedMaterial.checkout.appendingPathComponent("docs/alerts.yaml"), encoding: .utf8)
        let metrics = try used().get("/metrics").text
        let names = Set(rules.matches(of: /\b(?:heartsense|process)_[a-z_]+/).map { String($0.output) })
        #expect(names.count > 10)
        for name in names { #expect(metrics.contains("\n\(name){") || metrics.contains("\n\(name) "), "\(name)") }
        for label in ["status", "route", "state", "outcome", "model", "label"] {
            #expect(rules.contains(label) && metrics.contains("\(label)=\""), "\(label)")
        }
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
