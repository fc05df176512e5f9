/// What a part of the data is for.
public enum Part: String, CaseIterable, Codable, Sendable {
    case train
    case validation
    case test
}

/// One picture of a data set and what is known about it.
public struct Sample: Equatable, Sendable {
    /// Relative to the data set's folder, as predictions and reports name it; absolute if its manifest says so.
    public let path: String
    /// Positions in the label space, ascending, at least one.
    public let labels: [Int]
    /// Who or what the picture comes from (a patient, a record); nil where nobody says.
    public let group: String?
    /// The part that the manifest puts the picture into.
    public let part: Part?
    /// The fold that the manifest puts the picture into.
    public let fold: Int?
    /// The manifest's further columns.
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
