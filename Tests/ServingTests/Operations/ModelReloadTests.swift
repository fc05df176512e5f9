import Foundation
import Synchronization
import TestSupport
import Testing

/// These tests wait without `await`, see `HeartSenseServerTests`.
@Suite(.serialized) struct ModelReloadTests {
    private struct Outcome {
        let status: Int
        let model: String?
    }

    @Test func `a reload changes the model without losing a request, and a damaged file changes nothing`() throws {
        let (scratch, other) = (try Scratch(), try SmallModel.otherVersion.get())
        let file = scratch("model.h5")
        try FileManager.default.copyItem(atPath: SmallModel.path, toPath: file)
        let server = try RunningServer(models: [file])
        let picture = try SpikePicture.png(3)
        func model() throws -> String? { (try server.get("/v2/models/small").json["versions"] as? [String])?.first }
        @Sendable func predict() -> Outcome {
            let answer = try? server.predict([("a.png", picture)])
            return Outcome(
                status: answer?.status ?? 0, model: (answer?.json["model"] as? [String: Any])?["sha256"] as? String)
        }
        let first = try #require(try model())

        // One request arrives half before the reload and half after it; others are sent all the time.
        let body = Form.body([("a.png", picture)])
        let slow = try server.connect()
        try slow.send(
            Data(
                ("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                    + "Content-Length: \(body.count)\r\n\r\n").utf8) + body.prefix(100))
        let outcomes = Mutex<[Outcome]>([])
        let isDone = Atomic(false)
        let senders = DispatchGroup()
        for _ in 0 ..< 2 {
            senders.enter()
            Thread.detachNewThread {
                while !isDone.load(ordering: .relaxed) {
                    let outcome = predict()
                    outcomes.withLock { $0.append(outcome) }
                }
                senders.leave()
            }
        }
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.copyItem(atPath: other, toPath: file)
        server.hangUp()
        #expect(server.waitForLog("models reloaded"))
        let second = try #require(try model())
        #expect(second != first && predict().model == second)
        try slow.send(body.dropFirst(100))
        let answer = try slow.answer()
        #expect(answer.status == 200, "\(answer.text)")

        try Data("damaged".utf8).write(to: URL(fileURLWithPath: file))
        server.hangUp()
        #expect(server.waitForLog("models not reloaded, the previous ones stay"))
        #expect(try model() == second)

        isDone.store(true, ordering: .relaxed)
        senders.wait()
        let all = outcomes.withLock { $0 }
        #expect(!all.isEmpty && all.allSatisfy { $0.status == 200 && [first, second].contains($0.model) }, "\(all)")
        #expect(try server.get("/metrics").text.contains("sha256=\"\(second)\"} 1"))
        server.terminate()
        #expect(server.wait() == 0)
    }
}
