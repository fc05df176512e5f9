import Foundation
import Samples
import Testing

@Suite(.serialized) struct SaliencyRouteTests {
    private let server: RunningServer

    init() throws { server = try RunningServer.shared.get() }

    @Test func `saliency is told of decided labels, where it was asked for, and changes nothing else`() throws {
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

    @Test func `another value is refused by code`() throws {
        let answer = try server.post("/predict?saliency=maybe", type: "image/png", SpikePicture.png(1))
        #expect(answer.status == 400 && answer.code == "malformed_query")
    }
}
