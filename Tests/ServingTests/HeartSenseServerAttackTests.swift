import Foundation
import TestSupport
import Testing

/// Requests that take much from the server, each with a separate server.
///
/// These tests wait without `await`, like `HeartSenseServerTests`.
@Suite(.serialized) struct HeartSenseServerAttackTests {
    /// Pictures of more than 1 megapixel are large.
    private static let largePictures = [
        "HEARTSENSE_QUEUE_LARGE_MEGAPIXELS": "1", "HEARTSENSE_LIMITS_CONNECTIONS_PER_ADDRESS": "100",
    ]

    private static func request(_ path: String, _ body: Data) -> Data {
        Data(
            ("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                + "Content-Length: \(body.count)\r\n\r\n").utf8) + body
    }

    /// A picture of 16 megapixels without an ECG.
    private static let picture = Bomb.png(width: 4000, height: 4000, rows: 4000)

    /// A request with twelve large pictures.
    private static func large(_ path: String) throws -> Data {
        request(path, Form.body((0 ..< 12).map { ("\($0).png", picture) }))
    }

    /// The number of pictures that the server has classified.
    private func classified(_ server: RunningServer) throws -> Int {
        let line = try server.get("/metrics").text.split(separator: "\n").first {
            $0.hasPrefix("heartsense_batch_pictures_sum")
        }
        return Int(line?.split(separator: " ").last.flatMap { Double($0) } ?? 0)
    }

    @Test(arguments: ["/predict", "/upload"])
    func `a small picture is answered while four requests of twelve large ones are worked on`(path: String) throws {
        let server = try RunningServer(environment: Self.largePictures)
        let large = try (0 ..< 4).map { _ in try server.connect() }
        for connection in large { try connection.send(try Self.large(path)) }
        let small = try server.connect()
        try small.send(Self.request(path, Form.body([("small.png", try SpikePicture.png(3))])))
        let answer = try small.answer()
        #expect(answer.status == 200 || (path == "/upload" && answer.status == 422), "\(answer.text)")
        #expect(large.allSatisfy { !$0.hasInput })
        if path == "/predict" { for connection in large { #expect(try connection.answer().status == 422) } }
    }

    @Test func `the work on a request ends when its client hangs up`() throws {
        let server = try RunningServer(environment: Self.largePictures)
        var gone = try (0 ..< 4).map { _ in try server.connect() }
        for connection in gone { try connection.send(try Self.large("/predict")) }
        // A response shows that the requests before it have been received.
        while try classified(server) == 0 { Thread.sleep(forTimeInterval: 0.05) }
        gone.removeAll()
        let last = try server.predict([("last.png", Self.picture)])
        #expect(last.status == 422, "\(last.text)")
        #expect(try classified(server) < 30)
    }

    @Test func `large pictures in the queue do not keep the server from stopping`() throws {
        let server = try RunningServer(
            environment: Self.largePictures.merging(["HEARTSENSE_SHUTDOWN_SECONDS": "1"]) { $1 })
        let connections = try (0 ..< 4).map { _ in try server.connect() }
        for connection in connections { try connection.send(try Self.large("/predict")) }
        while try classified(server) == 0 { Thread.sleep(forTimeInterval: 0.05) }
        server.terminate()
        #expect(server.wait() == 0)
        #expect(server.log.contains("\"status\":503"))
    }

    @Test func `a client that does not read its responses is disconnected, and does not delay the stop`() throws {
        let server = try RunningServer(environment: ["HEARTSENSE_LIMITS_RESPONSE_SECONDS": "0.5"])
        // Responses of 30 MB together, more than the buffers of the system.
        let requests = String(
            repeating: "GET /assets/page.js HTTP/1.1\r\nHost: x\r\n\r\n", count: 3000)
        let slow = try server.connect()
        try slow.send(requests)
        #expect(slow.waitForClosing())
        #expect(server.isAnswering)

        let other = try RunningServer(environment: ["HEARTSENSE_SHUTDOWN_SECONDS": "2"])
        let reader = try other.connect()
        try reader.send(requests)
        #expect(try reader.answer().status == 200)
        other.terminate()
        #expect(other.wait() == 0)
    }

    @Test func `one address cannot hold all connections`() throws {
        let server = try RunningServer(environment: ["HEARTSENSE_LIMITS_CONNECTIONS_PER_ADDRESS": "2"])
        let live = "GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n"
        var held = try (0 ..< 2).map { _ in try server.connect() }
        for connection in held {
            try connection.send(live)
            #expect(try connection.answer().status == 200)
        }
        let third = try server.connect()
        let answer = try third.answer()
        #expect(answer.status == 503 && answer.code == "busy" && third.isAtEnd())
        held.removeAll()
        while !server.isAnswering { Thread.sleep(forTimeInterval: 0.05) }
    }
}
