import Files
import Foundation
import LinearAlgebra

/// Labelled pictures in a folder: a manifest (`manifest.csv`) or one sub-folder for each class.
public struct Dataset: Sendable {
    /// The folder, as it was named.
    public let root: String
    public let labelSpace: LabelSpace
    /// In the manifest's order, or by path in `NaturalOrder` where class folders give the labels. Never empty.
    public let samples: [Sample]
    /// Sentences about what is odd without being wrong: ignored files, a class with one picture.
    public let warnings: [String]
    /// Pictures that the manifest names and the folder lacks, where leaving them out was asked for.
    public let missing: [String]
    /// The warnings that are about the folder, not about the samples.
    private let notes: [String]

    /// Reads a folder.
    ///
    /// The label space is the one given, else the folder's own `labels.yaml`, else `LabelSpace.aami`.
    ///
    /// - Parameters:
    ///   - folder: holds `manifest.csv`, or folders named by label codes.
    ///   - labelSpace: replaces the folder's own.
    ///   - skippingMissing: leaves out pictures that are not there and lists them in `missing`.
    /// - Throws: `DatasetError`, `LabelSpaceError`, `CSVError` or `FileError`.
    public init(contentsOf folder: String, labelSpace: LabelSpace? = nil, skippingMissing: Bool = false) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            throw DatasetError.noFolder(path: folder)
        }
        guard isFolder.boolValue else { throw DatasetError.notFolder(path: folder) }

        let space = try labelSpace ?? Self.ownLabelSpace(of: folder) ?? .aami
        let manifest = Self.join(folder, "manifest.csv")
        if FileManager.default.fileExists(atPath: manifest) {
            let listed = try Manifest(contentsOf: manifest, labelSpace: space, skippingMissing: skippingMissing)
            self.init(
                root: folder, labelSpace: space, samples: listed.samples, missing: listed.missing, notes: listed.notes)
        } else {
            let found = try ClassFolders(contentsOf: folder, labelSpace: space)
            self.init(root: folder, labelSpace: space, samples: found.samples, missing: [], notes: found.notes)
        }
    }

    /// A data set put together from samples that are already known.
    ///
    /// - Precondition: there is a sample, and labels are positions of the space.
    public init(root: String, labelSpace: LabelSpace, samples: [Sample]) {
        self.init(root: root, labelSpace: labelSpace, samples: samples, missing: [], notes: [])
    }

    private init(root: String, labelSpace: LabelSpace, samples: [Sample], missing: [String], notes: [String]) {
        precondition(!samples.isEmpty, "a data set without samples")
        precondition(
            samples.allSatisfy { $0.labels.allSatisfy(labelSpace.labels.indices.contains) },
            "a label outside the space \(labelSpace.fingerprint)")
        self.root = root
        self.labelSpace = labelSpace
        self.samples = samples
        self.missing = missing
        self.notes = notes
        warnings = notes + Self.rareLabels(in: samples, of: labelSpace)
    }

    public var count: Int { samples.count }

    /// Which sample carries which label: n × L.
    public var truth: LabelMatrix {
        var truth = LabelMatrix(rows: samples.count, columns: labelSpace.count)
        for (row, sample) in samples.enumerated() {
            for label in sample.labels { truth[row, label] = true }
        }
        return truth
    }

    /// The samples at `indices`, in that order; what is said of the folder stays true of them.
    public func subset(_ indices: [Int]) -> Dataset {
        Dataset(
            root: root, labelSpace: labelSpace, samples: indices.map { samples[$0] }, missing: missing, notes: notes)
    }

    /// Where a sample's picture is to be opened.
    ///
    /// A manifest is its owner's list: `../elsewhere/a.png` and absolute paths lead where they say.
    public func path(of sample: Sample) -> String { Self.join(root, sample.path) }

    /// `path` as seen from `folder`.
    static func join(_ folder: String, _ path: String) -> String {
        path.hasPrefix("/") ? path : folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
    }

    private static func ownLabelSpace(of folder: String) throws -> LabelSpace? {
        let path = join(folder, "labels.yaml")
        return FileManager.default.fileExists(atPath: path) ? try LabelSpace(contentsOf: path) : nil
    }

    /// A class of one cannot be learnt and tested; a data set to be scored may well have one.
    private static func rareLabels(in samples: [Sample], of space: LabelSpace) -> [String] {
        var support = Array(repeating: 0, count: space.count)
        for sample in samples {
            for label in sample.labels { support[label] += 1 }
        }
        return support.indices.filter { support[$0] == 1 }.map {
            "label \(space.codes[$0]) has one picture: it can be in one part only, and no score of it means anything"
        }
    }
}

extension Dataset {
    /// The last component of a data set's path: the name that results give it.
    package static func name(of path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
}
