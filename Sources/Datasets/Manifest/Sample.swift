/// A part of a split data set.
public enum Part: String, CaseIterable, Codable, Sendable {
    case train
    case validation
    case test
}

/// A picture of a data set with its labels and metadata.
public struct Sample: Equatable, Sendable {
    /// The path relative to the data set's folder, as in predictions and reports; absolute if the manifest has an
    /// absolute path.
    public let path: String
    /// Indices into the label space, ascending; at least one.
    public let labels: [Int]
    /// The source of the picture, such as a patient or record; nil if unknown.
    public let group: String?
    /// The part given by the manifest.
    public let part: Part?
    /// The fold given by the manifest.
    public let fold: Int?
    /// The manifest's other columns.
    public let columns: [String: String]

    public init(
        path: String, labels: [Int], group: String? = nil, part: Part? = nil, fold: Int? = nil,
        columns: [String: String] = [:]
    ) {
        self.path = path
        self.labels = labels
        self.group = group
        self.part = part
        self.fold = fold
        self.columns = columns
    }
}
