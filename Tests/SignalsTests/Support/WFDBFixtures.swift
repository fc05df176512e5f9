import Foundation
import TestSupport

/// The records and annotations that the wfdb package reads in `Fixtures/wfdb`.
struct WFDBFixtures: Decodable {
    struct Record: Decodable {
        let names: [String]
        let rate: Double
        let samples: [[Double?]]
    }

    struct Mark: Decodable {
        let sample: Int
        let symbol: String
        let subtype: Int
        let channel: Int
        let number: Int
        let text: String
    }

    let records: [String: Record]
    let marks: [Mark]

    static let folder = SharedMaterial.checkout.appendingPathComponent("Tests/SignalsTests/Fixtures/wfdb").path

    static func path(_ name: String) -> String { "\(folder)/\(name)" }

    static func read() throws -> WFDBFixtures {
        try JSONDecoder().decode(
            WFDBFixtures.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/expected.json")))
    }
}

/// A temporary folder, removed at the end of a test.
final class ScratchFolder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("signals-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func file(_ name: String, _ content: some DataProtocol) throws -> String {
        try Data(content).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }
}
