import Foundation
import Testing

/// Documentation and tests show the same examples, so that what the documentation shows is compiled and run.
struct DocumentedExampleTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test(arguments: [
        ("Classifiers", "BinaryRelevance"), ("ClassificationMetrics", "MetricSummary"), ("Imaging", "Preprocessing"),
        ("Digitization", "PageDigitizer"), ("NeuralNetwork", "MobileNetV2"), ("Signals", "WFDBRecord"),
    ])
    func `the documentation's example is the one that is run`(product: String, type: String) throws {
        let folder = Self.root.appendingPathComponent("Sources/\(product)")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        let path = try #require(paths.first { $0.hasSuffix("/\(type).swift") || $0 == "\(type).swift" })
        let source = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "/// ```swift"))
        let end = try #require(lines[start...].firstIndex(of: "/// ```"))
        let example = lines[start + 1 ..< end].map { "        " + $0.dropFirst(4) }.joined(separator: "\n")

        let test = try String(
            contentsOf: Self.root.appendingPathComponent("Tests/ProductTests/\(product)ProductTests.swift"),
            encoding: .utf8)
        #expect(test.contains(example))
    }
}
