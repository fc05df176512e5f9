import Foundation
import Imaging
import Synchronization
import TestSupport
import Testing

/// Start, overload, retention and stop, each with a separate server.
///
/// These tests wait without `await`. After a suspension a thread is available only when other tests are done, which is
/// later than the limits of a server.
@Suite(.serialized) struct HeartSenseServerTests {
    @Test func `a stopping server completes requests in flight, rejects new ones and exits with 0`()
        throws
    {
        let server = try RunningServer(environment: ["HEARTSENSE_THREADS": "1"])
        let files = try (0 ..< 4).map { ("\($0).png", try SpikePicture.png($0)) }
        let connections = try (0 ..< 8).map { _ in try server.connect() }
        let body = Form.body(files)
        let head =
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        // A response shows that the connection is accepted: others are lost when a server stops listening.
        for connection in connections {
            try connection.send("GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try connection.answer().status == 200)
        }
        // At the signal, half of the requests are complete, and of the others a part of the body or head has arrived.
        let request = Data(head.utf8) + body
        func sent(_ index: Int) -> Int { index < 4 ? request.count : index < 6 ? head.utf8.count + 100 : 10 }
        for (index, connection) in connections.enumerated() { try connection.send(request.prefix(sent(index))) }
        Thread.sleep(forTimeInterval: 0.1)
        server.terminate()
        while (try? server.connect()) != nil { Thread.sleep(forTimeInterval: 0.01) }
        for (index, connection) in connections.enumerated() { try connection.send(request.dropFirst(sent(index))) }
        for (index, connection) in connections.enumerated() {
            let answer = try connection.answer()
            #expect(answer.status == 200 && answer.results.count == 4, "\(index): \(answer.text)")
            #expect(connection.isAtEnd(), "\(index)")
        }
        #expect(server.wait() == 0)
    }

    @Test func `an incomplete request does not keep the server from stopping`() throws {
        let server = try RunningServer(environment: ["HEARTSENSE_SHUTDOWN_SECONDS": "0.5"])
        let connection = try server.connect()
        try connection.send("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
        Thread.sleep(forTimeInterval: 0.1)
        let started = Date()
        server.terminate()
        #expect(server.wait() == 0)
        // The limit of the request is 240 s.
        #expect(Date().timeIntervalSince(started) < 120)
    }

    @Test func `connections that arrive while the server stops do not crash it`() throws {
        for _ in 0 ..< 3 {
            let server = try RunningServer()
            let isDone = Atomic(false)
            let visitors = DispatchGroup()
            for _ in 0 ..< 4 {
                visitors.enter()
                Thread.detachNewThread {
                    while !isDone.load(ordering: .relaxed) { _ = try? server.connect() }
                    visitors.leave()
                }
            }
            Thread.sleep(forTimeInterval: 0.05)
            server.terminate()
            #expect(server.wait() == 0, "\(server.log.prefix(1000))")
            isDone.store(true, ordering: .relaxed)
            visitors.wait()
        }
    }

    @Test func `a server with a full queue responds with a time to wait`() throws {
        let server = try RunningServer(environment: [
            "HEARTSENSE_THREADS": "1", "HEARTSENSE_LIMITS_FILES": "4", "HEARTSENSE_QUEUE_PICTURES": "4",
            "HEARTSENSE_QUEUE_BATCH": "1",
        ])
        let files = try (0 ..< 4).map { ("\($0).png", try SpikePicture.png($0)) }
        let body = Form.body(files)
        let head =
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        // All requests are sent before the server reads the first.
        server.pause()
        let connections = try (0 ..< 24).map { _ in try server.connect() }
        for connection in connections { try connection.send(Data(head.utf8) + body) }
        server.goOn()
        let answers = try connections.map { try $0.answer() }
        let refused = answers.filter { $0.status == 503 }
        #expect(!refused.isEmpty && refused.count < answers.count)
        #expect(refused.allSatisfy { $0.code == "busy" && $0.headers["retry-after"] == "1" })
        #expect(answers.allSatisfy { $0.status == 200 || $0.status == 503 })
        #expect(server.isAnswering)
    }

    @Test func `stored pictures are re-encoded, named by the id and deleted in time`() throws {
        let server = try RunningServer(environment: [
            "HEARTSENSE_RETENTION_FOLDER": "kept", "HEARTSENSE_RETENTION_HOURS": "0.01",
        ])
        // A text chunk as cameras write it, before the last chunk of 12 bytes.
        let picture = try SpikePicture.png(9)
        let tagged = picture.dropLast(12) + Bomb.chunk("tEXt", Data("Author\0Patient Name".utf8)) + picture.suffix(12)
        let answer = try server.predict([("../name.png", tagged)])
        let id = try #require(answer.json["id"] as? String)
        let path = "\(server.folder)/kept/\(id).png"
        let kept = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(tagged.range(of: Data("Patient".utf8)) != nil && kept.range(of: Data("Patient".utf8)) == nil)
        #expect(try Page(decoding: kept, name: "kept").pixels == Page(decoding: picture, name: "sent").pixels)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(server.folder)/kept") == ["\(id).png"])
        let mode = try FileManager.default.attributesOfItem(atPath: "\(server.folder)/kept")[.posixPermissions]
        #expect(mode as? Int == 0o700)
        // The file is an hour old at the next sweep.
        try FileManager.default.setAttributes([.modificationDate: Date() - 3600], ofItemAtPath: path)
        for _ in 0 ..< 2400 where FileManager.default.fileExists(atPath: path) {
            Thread.sleep(forTimeInterval: 0.1)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `errors of the start are reported in a sentence`() throws {
        let folder = try SmallModel.folder.get()
        let other = try RunningServer()
        let cases: [([String], [String: String], Int32, String)] = [
            ([], ["HEARTSENSE_MODELS": "none"], 1, "twelve-lead.h5: there is no such file, and no shipped model"),
            (["--model", "none.h5"], [:], 1, "none.h5: there is no such file"),
            (["--model", "small.yaml"], [:], 1, "small.yaml"),
            (["--model", "run/model.h5", "--config", "none.yaml"], [:], 1, "none.yaml: there is no such file"),
            (["--model", "run/model.h5", "--port", "70000"], [:], 2, "--port must be from 0 to 65535"),
            (
                ["--model", "run/model.h5"], ["HEARTSENSE_LIMITS_FILES": "x"], 1,
                "HEARTSENSE_LIMITS_FILES: limits.files"
            ),
            (["--model", "run/model.h5"], ["HEARTSENSE_PORT": "\(other.port)"], 1, "in use"),
        ]
        for (arguments, environment, status, sentence) in cases {
            let outcome = try Program.run("heartsense-server", arguments, in: folder, environment: environment)
            #expect(outcome.status == status, "\(arguments)")
            #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
        }
        let help = try Program.run("heartsense-server", ["--help-config"], in: folder)
        #expect(help.status == 0 && help.output.contains("  files: 12"))
    }
}
