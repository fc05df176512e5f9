import Classifiers
import Testing

@testable import ConfigurationKeys
@testable import Runs

struct ExperimentKeysTests {
    private static let table = ExperimentKeys.table

    @Test func `no key is in the table twice, and none is a block of others`() {
        let paths = Self.table.keys.map(\.path)
        #expect(Set(paths).count == paths.count)
        for path in paths { #expect(!Self.table.isBlock(path), "\(path)") }
    }

    @Test func `the keys of a block are adjacent, so that each block opens once`() {
        let paths = Self.table.keys.map(\.path)
        let blocks = Set(paths.flatMap { path in path.indices.filter { path[$0] == "." }.map { path[..<$0] } })
        for block in blocks {
            let places = paths.indices.filter { paths[$0].hasPrefix("\(block).") }
            #expect(places == Array(places[0] ... places[places.count - 1]), "\(block)")
        }
    }

    @Test func `the listing contains every key with its default and meaning`() {
        let lines = Self.table.commentedDefaults().split(separator: "\n")
        let comments = lines.compactMap { $0.split(separator: "# ", maxSplits: 1).last }.joined(separator: " ")
        for key in Self.table.keys {
            let name = key.path.split(separator: ".").last!
            let entry = "\(name): \(key.standard ?? "…") "
            #expect(
                lines.contains {
                    $0.hasPrefix("# ") == Self.table.isOptional(key) && $0.drop { " #".contains($0) }.hasPrefix(entry)
                }, "\(key.path)")
            #expect(comments.contains(key.meaning), "\(key.path)")
        }
        #expect(Self.table.keys.filter(Self.table.isOptional).map(\.path).first == "classifiers.mltsvm.C")
    }

    @Test func `every default is a value of its form`() {
        for key in Self.table.keys { #expect(key.standard.map(key.form.accepts) ?? true, "\(key.path)") }
    }

    @Test func `the classifiers and their defaults are those of an ensemble`() throws {
        let settings = try Settings(yaml: "name: x\ndataset: {path: x}", file: "x", overrides: [])
        for kind in Member.Parameters.kinds {
            let texts = settings.texts(under: "classifiers.\(kind.name)")
            #expect(texts.isEmpty == !kind.isStandard)
            #expect(try kind.parameters(texts) == kind.parameters([:]))
        }
    }
}
