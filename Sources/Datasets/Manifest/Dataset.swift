import Files
import Foundation
import LinearAlgebra

/// Labeled pictures in a folder with a manifest (`manifest.csv`) or one subfolder per class.
public struct Dataset: Sendable {
    /// The folder's path as given.
    public let root: String
    public let labelSpace: LabelSpace
    /// The samples in the manifest's order, or for class folders by path in `NaturalOrder`. Never empty.
    public let samples: [Sample]
    /// Warnings about ignored files and classes with one picture.
    public let warnings: [DataWarning]
    /// The skipped pictures: listed in the manifest but missing, or with a name that is not UTF-8 text.
    public let missing: [String]
    /// The warnings about the folder rather than the samples.
    let notes: [DataWarning]

    /// Reads a folder.
    ///
    /// The label space is the given one, else the folder's `labels.yaml`, else `LabelSpace.aami`.
    ///
    /// - Parameters:
    ///   - folder: a folder with `manifest.csv` or with subfolders named by label codes, or several folders separated by
    ///     colons.
    ///   - labelSpace: replaces the folder's label space.
    ///   - skippingMissing: whether pictures are skipped and listed in `missing` that do not exist or whose names are not
    ///     UTF-8 text.
    /// - Throws: `DatasetError`, `LabelSpaceError`, `CSVError` or `FileError`.
    public init(contentsOf folder: String, labelSpace: LabelSpace? = nil, skippingMissing: Bool = false) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            if folder.contains(":") {
                self = try Dataset(joining: folder, labelSpace: labelSpace, skippingMissing: skippingMissing)
                return
            }
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
            let found = try ClassFolders(
                contentsOf: folder, labelSpace: space, skippingMissing: skippingMissing)
            self.init(
                root: folder, labelSpace: space, samples: found.samples, missing: found.missing, notes: found.notes)
        }
    }

    /// Creates a data set from known samples.
    ///
    /// - Precondition: there is at least one sample, and all labels are indices of the space.
    public init(root: String, labelSpace: LabelSpace, samples: [Sample]) {
        self.init(root: root, labelSpace: labelSpace, samples: samples, missing: [], notes: [])
    }

    init(root: String, labelSpace: LabelSpace, samples: [Sample], missing: [String], notes: [DataWarning]) {
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

    /// The labels of each sample: n × L.
    public var truth: LabelMatrix {
        var truth = LabelMatrix(rows: samples.count, columns: labelSpace.count)
        for (row, sample) in samples.enumerated() {
            for label in sample.labels { truth[row, label] = true }
        }
        return truth
    }

    /// Returns the samples at `indices`, in that order, with the warnings about the folder.
    public func subset(_ indices: [Int]) -> Dataset {
        Dataset(
            root: root, labelSpace: labelSpace, samples: indices.map { samples[$0] }, missing: missing, notes: notes)
    }

    /// Returns the path of a sample's picture.
    ///
    /// Manifests may refer to files outside the folder, by `../elsewhere/a.png` or absolute paths.
    public func path(of sample: Sample) -> String { Self.join(root, sample.path) }

    /// Returns `path` relative to `folder`; an absolute path stays.
    static func join(_ folder: String, _ path: String) -> String {
        path.hasPrefix("/") ? path : folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
    }

    static func ownLabelSpace(of folder: String) throws -> LabelSpace? {
        let path = join(folder, "labels.yaml")
        return FileManager.default.fileExists(atPath: path) ? try LabelSpace(contentsOf: path) : nil
    }

    /// Warns of labels with a single picture, which cannot be both trained and tested. A set that is only scored may
    /// have such labels.
    private static func rareLabels(in samples: [Sample], of space: LabelSpace) -> [DataWarning] {
        var support = Array(repeating: 0, count: space.count)
        for sample in samples {
            for label in sample.labels { support[label] += 1 }
        }
        return support.indices.filter { support[$0] == 1 }.map { .singlePicture(label: space.codes[$0]) }
    }
}

extension Dataset {
    /// Returns the data set's name in results: the last component of its path.
    package static func name(of path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
}
