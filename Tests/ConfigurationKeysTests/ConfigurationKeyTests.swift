import Testing

@testable import ConfigurationKeys
@testable import Training

struct ConfigurationKeyTests {
    @Test func `no key stands in the table twice, and none is a block of others`() {
        let paths = ConfigurationKey.all.map(\.path)
        #expect(Set(paths).count == paths.count)
        for path in paths { #expect(ConfigurationKey.keys(under: path).isEmpty, "\(path)") }
    }

    @Test func `the keys of one block stand together, so that each block is opened once`() {
        let paths = ConfigurationKey.all.map(\.path)
        let blocks = Set(paths.flatMap { path in path.indices.filter { path[$0] == "." }.map { path[..<$0] } })
        for block in blocks {
            let places = paths.indices.filter { paths[$0].hasPrefix("\(block).") }
            #expect(places == Array(places[0] ... places[places.count - 1]), "\(block)")
        }
    }

    @Test func `the listing names every key with its default and meaning`() {
        let lines = ConfigurationKey.commentedDefaults().split(separator: "\n")
        let comments = lines.compactMap { $0.split(separator: "# ", maxSplits: 1).last }.joined(separator: " ")
        for key in ConfigurationKey.all {
            let name = key.path.split(separator: ".").last!
            let entry = "\(name): \(key.standard ?? "…") "
            let isOptional = key.path.hasPrefix(ConfigurationKey.optionalBlock + ".")
            #expect(
                lines.contains {
                    $0.hasPrefix("# ") == isOptional && $0.drop { " #".contains($0) }.hasPrefix(entry)
                }, "\(key.path)")
            #expect(comments.contains(key.meaning), "\(key.path)")
        }
    }

    @Test func `the listing is an experiment file with the defaults, once its open places are filled`() throws {
        let filled = ExperimentConfiguration.commentedDefaults.replacing("…", with: "x")
        let listed = try Settings(yaml: filled, file: "defaults", overrides: [])
        let smallest = try Settings(yaml: "name: x\ndataset: {path: x}", file: "smallest", overrides: [])
        #expect(listed.values == smallest.values)
        #expect(listed.classifiers == smallest.classifiers)
    }
}
