import Foundation
import TestSupport
import Testing

/// Valid pictures over a real port.
@Suite(.serialized) struct PredictRouteTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

    @Test func `predictions equal those of heartsense predict to the byte, in any batch`() async throws {
        let folder = try SmallModel.folder.get()
        let names = (0 ..< 12).map { "picture-\($0).png" }
        let pictures = try (0 ..< 12).map { try SpikePicture.png(40 + 3 * $0) }
        for (name, picture) in zip(names, pictures) {
            try picture.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let printed = try Program.run("heartsense", ["predict", "run/model.h5", "--json"] + names, in: folder)
        let lines = printed.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 12)

        // Separate concurrent requests.
        let server = server
        let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for index in names.indices {
                group.addTask { (index, try server.predict([(names[index], pictures[index])]).text) }
            }
            var answers = [String](repeating: "", count: names.count)
            for try await (index, text) in group { answers[index] = text }
            return answers
        }
        #expect(answers == lines)
        // One request.
        let together = try server.predict(Array(zip(names, pictures)))
        let expected = "{\"results\":[" + lines.joined(separator: ",") + "]}"
        let difference = zip(together.text, expected).enumerated().first { $1.0 != $1.1 }?.offset
        #expect(difference.map { String(together.text.dropFirst(max(0, $0 - 40)).prefix(90)) } == nil)
        #expect(together.text == expected)
        // A raw body, which has another name.
        let raw = try server.post("/predict", type: nil, pictures[0])
        #expect(raw.text == lines[0].replacing("picture-0.png", with: "picture"))
    }

    @Test func `unreadable pictures have errors next to the results of others`() throws {
        let good = try SpikePicture.png(2)
        let mixed = try server.predict([("a.png", good), ("b.png", Data("text".utf8)), ("c.png", Data())])
        #expect(mixed.status == 200)
        #expect(
            mixed.results.map { ($0["error"] as? [String: Any])?["code"] as? String } == [
                nil, "not_a_picture", "empty_file",
            ])
        #expect(mixed.results.map { $0["file"] as? String } == ["a.png", "b.png", "c.png"])
        let none = try server.predict([("a.png", Data()), ("b.png", Data("text".utf8))])
        #expect(none.status == 422 && none.code == "no_answer")
        #expect(none.results.count == 2)
    }

    @Test func `a connection carries several requests, also pipelined`() throws {
        let connection = try server.connect()
        let picture = try SpikePicture.png(6)
        let head =
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: \(picture.count)\r\n\r\n"
        for _ in 0 ..< 3 { try connection.send(Data(head.utf8) + picture) }
        let answers = try (0 ..< 3).map { _ in try connection.answer() }
        #expect(answers.allSatisfy { $0.status == 200 && $0.body == answers[0].body })
        #expect(Set(answers.map { $0.headers["x-request-id"] }).count == 3)
    }

    @Test func `a client that expects 100-continue gets it`() throws {
        let connection = try server.connect()
        let picture = try SpikePicture.png(7)
        try connection.send(
            "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: \(picture.count)\r\nExpect: 100-continue\r\n\r\n")
        let go = String(decoding: try connection.read(until: Data("\r\n\r\n".utf8)), as: UTF8.self)
        #expect(go.hasPrefix("HTTP/1.1 100 "))
        try connection.send(picture)
        #expect(try connection.answer().status == 200)
    }

    @Test func `decided labels have saliency on request, and nothing else changes`() throws {
        var explained = 0
        for number in 40 ..< 52 where explained < 2 {
            let picture = try SpikePicture.png(number)
            let plain = try server.post("/predict", type: "image/png", picture)
            guard plain.status == 200, plain.json["decision"] as? [String] != [] else { continue }
            explained += 1
            let answer = try server.post("/predict?saliency=true", type: "image/png", picture)
            #expect(answer.status == 200)
            var labels = try #require(answer.json["labels"] as? [[String: Any]])
            for index in labels.indices {
                let saliency = labels[index].removeValue(forKey: "saliency") as? [String: Any]
                #expect((saliency != nil) == (labels[index]["decided"] as? Bool))
                guard let saliency else { continue }
                let status = try #require(saliency["status"] as? String)
                #expect(["shown", "flat", "fails_randomisation"].contains(status))
                let png = (saliency["png"] as? String).flatMap { Data(base64Encoded: $0) }
                #expect((png?.starts(with: [0x89, 0x50, 0x4E, 0x47]) ?? false) == (status == "shown"))
            }
            #expect(NSArray(array: labels).isEqual(to: try #require(plain.json["labels"] as? [Any])))
            #expect(try server.post("/predict?saliency=false", type: "image/png", picture).body == plain.body)
        }
        #expect(explained > 0, "no picture with a decided label")
    }

    @Test func `another value is rejected by code`() throws {
        let answer = try server.post("/predict?saliency=maybe", type: "image/png", SpikePicture.png(1))
        #expect(answer.status == 400 && answer.code == "malformed_query")
    }
}
