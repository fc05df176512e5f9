import Files
import Foundation
import LinearAlgebra

/// An ARFF table with its label file, as features and a labeled data set.
///
/// Labels are attributes with the values 0 and 1, or FALSE and TRUE. Without a label file, MEKA's option `-C n` in the
/// relation says that the first n attributes are labels, or the last ones if n is negative.
///
/// Numeric attributes are used unchanged. A nominal attribute with two values becomes one feature of 0 and 1, one with
/// more values a feature per value (one-hot). A nominal attribute with a single value is dropped.
public struct MultilabelTable: Sendable {
    /// One sample per row, named `file#row` with rows from 1.
    public let dataset: Dataset
    /// n × d.
    public let features: Matrix<Float>
    /// d names: the attribute's name, with `=value` for nominal attributes.
    public let featureNames: [String]

    /// Reads `path` and its label file, if there is one.
    ///
    /// The label file has the same name with `.xml`, or that name without `-train` or `-test`.
    ///
    /// - Parameters:
    ///   - path: an ARFF file, or a folder with `X-train.arff`, `X-test.arff` and, except for MEKA's tables, `X.xml`. The rows
    ///     then have parts.
    ///   - labelSpace: the label space; nil for the folder's `labels.yaml`, or else a space made from the labels'
    ///     names.
    /// - Throws: `ARFFError`, `FileError`, `LabelSpaceError`.
    public init(contentsOf path: String, labelSpace: LabelSpace? = nil) throws {
        let files = try Self.files(at: path)
        let listed = try files.labels.map { try MulanLabels(contentsOf: $0).names }
        let tables = try files.tables.map { try ARFFTable(contentsOf: $0.path) }
        guard let names = try listed ?? Self.labels(ofMEKATable: tables[0], file: files.tables[0].path) else {
            throw ARFFError.noLabelXML(
                file: files.tables[0].path, expected: files.expectedLabels.joined(separator: " or "))
        }
        for (file, table) in zip(files.tables, tables) where table.attributes != tables[0].attributes {
            throw ARFFError.otherAttributes(file: file.path, other: files.tables[0].path)
        }
        let folder = (files.tables[0].path as NSString).deletingLastPathComponent
        let own = Dataset.join(folder.isEmpty ? "." : folder, "labels.yaml")
        let given =
            try labelSpace
            ?? (FileManager.default.fileExists(atPath: own) ? LabelSpace(contentsOf: own) : nil)
        let columns = try LabelColumns(
            labels: names, of: tables[0], table: files.tables[0].path,
            list: files.labels ?? files.expectedLabels[files.expectedLabels.count - 1], given: given)
        let plan = FeaturePlan(of: tables[0], without: Set(columns.attributes))
        guard !plan.names.isEmpty else { throw ARFFError.noFeatures(file: files.tables[0].path) }

        var samples: [Sample] = []
        var values: [Float] = []
        for (file, table) in zip(files.tables, tables) {
            let name = URL(fileURLWithPath: file.path).lastPathComponent
            for row in 0 ..< table.values.rows {
                let cells = table.values.row(row)
                samples.append(
                    Sample(
                        path: "\(name)#\(row + 1)", labels: try columns.labels(of: cells, file: file.path),
                        part: file.part))
                plan.append(cells, to: &values)
            }
        }
        dataset = Dataset(root: path, labelSpace: columns.space, samples: samples)
        features = Matrix(rows: samples.count, columns: plan.names.count, values: values)
        featureNames = plan.names
    }

    /// Whether `path` is a multi-label table.
    public static func isOne(_ path: String) -> Bool {
        path.lowercased().hasSuffix(".arff") || pair(in: path) != nil
    }

    /// Returns the files of the table; the label file is last.
    public static func sources(at path: String) throws -> [String] {
        let files = try files(at: path)
        return files.tables.map(\.path) + (files.labels.map { [$0] } ?? [])
    }

    /// The tables, the label file if there is one, and the paths at which it is looked for.
    private typealias Files = (tables: [(path: String, part: Part?)], labels: String?, expectedLabels: [String])

    /// Returns the label attributes of a table with MEKA's option `-C`; nil without the option.
    ///
    /// - Source: Read, Reutemann, Pfahringer & Holmes, JMLR 17 (2016): the format of MEKA.
    private static func labels(ofMEKATable table: ARFFTable, file: String) throws -> [String]? {
        guard let option = table.relation.firstMatch(of: /(?:^|[\s:])-C\s+(\S+)/) else { return nil }
        let names = table.attributes.map(\.name)
        guard let count = Int(option.1), (1 ..< names.count).contains(abs(count)) else {
            throw ARFFError.labelCount(file: file, found: String(option.1), attributes: names.count)
        }
        return Array(count > 0 ? names.prefix(count) : names.suffix(-count))
    }

    private static func files(at path: String) throws -> Files {
        if let pair = pair(in: path) { return pair }
        let stem = (path as NSString).deletingPathExtension
        let base = ["-train", "-test"].first(where: stem.hasSuffix).map { String(stem.dropLast($0.count)) }
        let candidates = ["\(stem).xml"] + (base.map { ["\($0).xml"] } ?? [])
        return ([(path, nil)], candidates.first(where: FileManager.default.fileExists), candidates)
    }

    /// Returns the train and test files of a folder that is not a data set of pictures.
    private static func pair(in folder: String) -> Files? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let found = Set(names)
        guard !found.contains("manifest.csv") else { return nil }
        let pairs = names.filter { $0.hasSuffix("-train.arff") }.map { String($0.dropLast(11)) }.sorted()
            .filter { found.contains("\($0)-test.arff") }
        let withLabels = pairs.filter { found.contains("\($0).xml") }
        let stems = withLabels.isEmpty ? pairs : withLabels
        guard stems.count == 1 else { return nil }
        let base = Dataset.join(folder, stems[0])
        return (
            [("\(base)-train.arff", .train), ("\(base)-test.arff", .test)],
            withLabels.isEmpty ? nil : "\(base).xml", ["\(base).xml"]
        )
    }
}

/// The label attributes and the label space that they form.
private struct LabelColumns {
    let space: LabelSpace
    /// Indices of attributes, in the table's order.
    let attributes: [Int]
    private let names: [String]
    /// The index in the space of each label attribute.
    private let positions: [Int]
    /// The cell that means "has the label", for each label attribute.
    private let marks: [Float]

    init(labels: [String], of table: ARFFTable, table file: String, list: String, given: LabelSpace?) throws {
        attributes = try labels.map { name in
            guard let attribute = table.attribute(named: name) else {
                throw ARFFError.noSuchAttribute(
                    file: file, label: name, labels: list,
                    nearest: NearestName.of(name, among: table.attributes.map(\.name)))
            }
            return attribute
        }.sorted()
        let names = attributes.map { table.attributes[$0].name }
        self.names = names
        marks = try attributes.map { index in
            switch table.attributes[index].kind {
            case .numeric: return 1
            case .nominal(let values):
                let values = values.map { $0.lowercased() }
                guard [["0", "1"], ["false", "true"]].contains(where: Set(values).isSubset),
                    Set(values).count == values.count
                else {
                    throw ARFFError.notALabel(file: file, attribute: table.attributes[index].name)
                }
                return Float(values.firstIndex { $0 == "1" || $0 == "true" } ?? -1)
            }
        }
        if let given {
            space = given
            positions = try names.map { name in
                guard
                    let position = given.index(ofCode: name) ?? given.labels.firstIndex(where: { $0.standsFor == name })
                else {
                    throw ARFFError.notInSpace(file: file, label: name, space: given.fingerprint, known: given.codes)
                }
                return position
            }
        } else {
            let stem = (URL(fileURLWithPath: list).lastPathComponent as NSString).deletingPathExtension
            space = LabelSpace(named: stem, ofForeignLabels: names)
            positions = Array(names.indices)
        }
    }

    func labels(of cells: ArraySlice<Float>, file: String) throws -> [Int] {
        var found: [Int] = []
        for (index, attribute) in attributes.enumerated() {
            let cell = cells[cells.startIndex + attribute]
            // A nominal cell is an index into at most two values; a number must be 0 or 1.
            guard cell == 0 || cell == 1 else { throw ARFFError.notALabel(file: file, attribute: names[index]) }
            if cell == marks[index] { found.append(positions[index]) }
        }
        return Set(found).sorted()
    }
}

/// The conversion of a row's cells to features.
private struct FeaturePlan {
    private enum Step {
        case copy(Int)
        /// One feature per listed value of the attribute.
        case equals(Int, values: [Int])
    }

    let names: [String]
    private let steps: [Step]

    init(of table: ARFFTable, without labels: Set<Int>) {
        var names: [String] = []
        var steps: [Step] = []
        for (index, attribute) in table.attributes.enumerated() where !labels.contains(index) {
            switch attribute.kind {
            case .numeric:
                steps.append(.copy(index))
                names.append(attribute.name)
            case .nominal(let values) where values.count > 1:
                let shown = values.count == 2 ? [1] : Array(values.indices)
                steps.append(.equals(index, values: shown))
                names += shown.map { "\(attribute.name)=\(values[$0])" }
            case .nominal: break
            }
        }
        self.names = names
        self.steps = steps
    }

    func append(_ cells: ArraySlice<Float>, to features: inout [Float]) {
        for step in steps {
            switch step {
            case .copy(let index): features.append(cells[cells.startIndex + index])
            case .equals(let index, let values):
                let cell = cells[cells.startIndex + index]
                for value in values { features.append(cell == Float(value) ? 1 : 0) }
            }
        }
    }
}
