import Datasets
import Files
import Foundation
import TestSupport
import Testing

@Suite struct ManifestTests {
    private let folder: Scratch
    private var file: String { "\(folder.path)/manifest.csv" }

    init() throws {
        folder = try Scratch()
        for name in ["a.png", "b.png", "sub/c 1.png"] { try folder.write(name, "picture") }
    }

    private func read(_ manifest: String, skippingMissing: Bool = false) throws -> Dataset {
        try folder.write("manifest.csv", manifest)
        return try Dataset(contentsOf: folder.path, skippingMissing: skippingMissing)
    }

    @Test func `every column is read in the file's order`() throws {
        let dataset = try read(
            """
            fold,path,note,labels,group,split
            3,sub/c 1.png,"x, y",V|N,p2,test
            ,a.png,,M,,
            -1,./b.png,z,M,p1,validation

            """)
        #expect(
            dataset.samples == [
                Sample(
                    path: "sub/c 1.png", labels: [0, 2], group: "p2", part: .test, fold: 3, columns: ["note": "x, y"]),
                Sample(path: "a.png", labels: [5], columns: ["note": ""]),
                Sample(path: "b.png", labels: [5], group: "p1", part: .validation, fold: -1, columns: ["note": "z"]),
            ])
        #expect(dataset.labelSpace.fingerprint == "aami 1")
        #expect(dataset.root == folder.path)
    }

    @Test func `pictures may lie outside the folder`() throws {
        let other = try Scratch()
        let absolute = try other.write("x.png", "picture")
        let relative = "../" + (other.path as NSString).lastPathComponent + "/x.png"
        let dataset = try read("path,labels\n\(absolute),N\n\(relative),N\n")
        #expect(dataset.samples.map(\.path) == [absolute, relative])
        #expect(try dataset.contentDigests() == [Digest(of: "picture"), Digest(of: "picture")])
    }

    @Test func `the label space in the manifest's folder is used unless another is given`() throws {
        let own = LabelSpace(
            name: "own", version: 1,
            labels: [
                .init(
                    code: "HYP", condition: .hypertrophy, explanation: "e", link: "https://example.org", standsFor: "s")
            ])
        try folder.write("labels.yaml", own.yaml)
        #expect(try read("path,labels\na.png,HYP\n").labelSpace == own)
        #expect(throws: DatasetError.self) { try Dataset(contentsOf: folder.path, labelSpace: .aami) }
        try folder.write("labels.yaml", "name: own\n")
        #expect(throws: LabelSpaceError.self) { try Dataset(contentsOf: folder.path) }
    }

    @Test func `a mistake in a row is reported with its line`() {
        func expect(_ manifest: String, _ expected: DatasetError, at place: SourceLocation = #_sourceLocation) {
            #expect(throws: expected, sourceLocation: place) { try read(manifest) }
        }
        let codes = LabelSpace.aami.codes
        expect("path,label\n", .missingColumn(file: file, line: 1, column: "labels", found: ["path", "label"]))
        expect("labels\nN\n", .missingColumn(file: file, line: 1, column: "path", found: ["labels"]))
        expect("path,labels\n", .noSamples(path: file))
        expect("path,labels\n,N\n", .emptyPath(file: file, line: 2))
        expect("path,labels\na.png,N\nb.png,\n", .noLabels(file: file, line: 3))
        expect("path,labels\na.png,n\n", .unknownLabel(file: file, line: 2, code: "n", nearest: "N", known: codes))
        expect("path,labels\na.png,N|\n", .unknownLabel(file: file, line: 2, code: "", nearest: nil, known: codes))
        expect("path,labels\na.png,N|V|N\n", .repeatedLabel(file: file, line: 2, code: "N"))
        expect("path,labels\na.png,N\n.//a.png,V\n", .repeatedPath(file: file, line: 3, path: "a.png", firstLine: 2))
        expect("path,labels,split\na.png,N,Train\n", .split(file: file, line: 2, found: "Train"))
        expect("path,labels,fold\na.png,N,1.5\n", .fold(file: file, line: 2, found: "1.5"))
    }

    @Test func `missing pictures are counted, and skipped on request`() throws {
        let manifest = "path,labels\n1.png,N\na.png,N\n2.png,N\nsub,N\n4.png,N\n"
        let first = [(2, "1.png"), (4, "2.png"), (5, "sub")].map { DatasetError.Entry(line: $0, path: $1) }
        let error = DatasetError.missingFiles(file: file, first: first, count: 4)
        #expect(throws: error) { try read(manifest) }
        #expect(
            error.description.contains(":2: 4 pictures are missing: 1.png (line 2), 2.png (line 4), sub (line 5), ….")
        )

        let dataset = try read(manifest, skippingMissing: true)
        #expect(dataset.samples.map(\.path) == ["a.png"])
        #expect(dataset.missing == ["1.png", "2.png", "sub", "4.png"])
        #expect(dataset.warnings.contains { $0.description.hasPrefix("4 of 5 pictures") })
        #expect(throws: DatasetError.noSamples(path: file)) {
            try read("path,labels\n1.png,N\n", skippingMissing: true)
        }
    }

    @Test(arguments: [";", "\t"])
    func `semicolons and tabs separate columns as commas do`(separator: String) throws {
        let rows = [["path", "labels", "note"], ["a.png", "N|V", "\"x, y\""], ["\"sub/c 1.png\"", "M", "1,5"]]
        let dataset = try read(rows.map { $0.joined(separator: separator) + "\r\n" }.joined())
        #expect(dataset.samples.map(\.path) == ["a.png", "sub/c 1.png"])
        #expect(dataset.samples.map(\.labels) == [[0, 2], [5]])
        #expect(dataset.samples.map { $0.columns["note"] } == ["x, y", "1,5"])
    }

    @Test func `backslashes separate folders unless a name has one`() throws {
        try folder.write("odd\\name.png", "picture")
        let dataset = try read("path,labels\nsub\\c 1.png,N\n.\\a.png,N\nodd\\name.png,N\n")
        #expect(dataset.samples.map(\.path) == ["sub/c 1.png", "a.png", "odd\\name.png"])
        #expect(throws: DatasetError.repeatedPath(file: file, line: 3, path: "sub/c 1.png", firstLine: 2)) {
            try read("path,labels\nsub/c 1.png,N\nsub\\c 1.png,V\n")
        }
        let error = #expect(throws: DatasetError.self) { try read("path,labels\nC:\\data\\a.png,N\n") }
        #expect(error?.description.contains("Windows paths with a drive are not read") == true)
    }

    @Test func `blanks and the words for missing values are no group, part or fold`() throws {
        let dataset = try read(
            "path,labels,group,split,fold\na.png,N, ,nan,NaN\nb.png,N,nan,NA,\nsub/c 1.png,N, p1 , train, 2\n")
        #expect(dataset.samples.map(\.group) == [nil, nil, "p1"])
        #expect(dataset.samples.map(\.part) == [nil, nil, .train])
        #expect(dataset.samples.map(\.fold) == [nil, nil, 2])
    }

    @Test func `a pipe is refused with the reason`() throws {
        try folder.makePipe("pipe.png")
        #expect(throws: DatasetError.notAFile(file: file, line: 3, path: "pipe.png")) {
            try read("path,labels\na.png,N\npipe.png,N\n")
        }
        #expect(try read("path,labels\na.png,N\npipe.png,N\n", skippingMissing: true).missing == ["pipe.png"])
    }

    @Test func `a file that is not a table is rejected`() {
        #expect(throws: CSVError.openQuote(file: file, line: 2)) { try read("path,labels\n\"a.png,N\n") }
        #expect(throws: CSVError.self) { try read("path,labels\na.png,N,x\n") }
        #expect(throws: CSVError.empty(file: file)) { try read("") }
    }

    @Test func `a truncated manifest gives fewer rows or an error, without a crash`() throws {
        let bytes = Array("path,labels,group\na.png,N|V,\"p \"\"1\"\"\"\nsub/c 1.png,M,é\n".utf8)
        for length in 0 ..< bytes.count {
            try folder.write("manifest.csv", Data(bytes[..<length]))
            do {
                #expect(try Dataset(contentsOf: folder.path).count <= 2)
            } catch is DatasetError {} catch is CSVError {}
        }
    }
}
