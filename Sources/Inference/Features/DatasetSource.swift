import Datasets

/// Opens a dataset: a folder of pictures or recordings, a feature file or an ARFF table with Mulan's labels.
public enum DatasetSource: Sendable {
    case pictures(Dataset)
    /// Recordings of twelve leads, and pages that show them.
    case recordings(Dataset)
    /// Annotated beats of recordings.
    case beats(Dataset)
    case features(FeatureFile.Content)

    /// - Parameters:
    ///   - path: A folder, a feature file, or an ARFF file with its label XML in the same folder.
    ///   - labels: A label space file that replaces the dataset's own.
    ///   - kind: The kind of the files that a folder lists.
    /// - Throws: `DatasetError`, `LabelSpaceError`, `CSVError`, `FileError`, `HDF5Error`, `FeatureError`, `ARFFError`.
    public static func open(_ path: String, labels: String?, kind: InputKind = .picture, skippingMissing: Bool = false)
        throws -> DatasetSource
    {
        let space = try labels.map { try LabelSpace(contentsOf: $0) }
        if FeatureFile.isOne(path) { return .features(try FeatureFile.read(path, labelSpace: space)) }
        if MultilabelTable.isOne(path) { return .features(try MultilabelSource.read(path, labelSpace: space)) }
        if kind == .beats {
            return .beats(try Dataset(beatsOf: path, labelSpace: space, skippingMissing: skippingMissing))
        }
        let dataset = try Dataset(contentsOf: path, labelSpace: space, skippingMissing: skippingMissing)
        return kind == .picture ? .pictures(dataset) : .recordings(dataset)
    }

    /// Returns the samples with their labels, without features.
    public static func dataset(at path: String, labels: String?) throws -> Dataset {
        try open(path, labels: labels).dataset
    }

    /// Returns the path of each picture in a part of the dataset, or nil if there are only features.
    package func files(of part: Dataset) -> [String]? {
        guard pictures != nil else { return nil }
        return part.samples.map { part.path(of: $0) }
    }

    /// The dataset of pictures; nil for other samples.
    package var pictures: Dataset? {
        guard case .pictures(let dataset) = self else { return nil }
        return dataset
    }

    public var dataset: Dataset {
        switch self {
        case .pictures(let dataset), .recordings(let dataset), .beats(let dataset): dataset
        case .features(let content): content.table.dataset
        }
    }
}
