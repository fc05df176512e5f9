import LinearAlgebra

/// Probes: numbers that can be measured on each picture without interpreting its ECG, n × P.
public struct ProbeTable: Equatable, Sendable {
    /// P distinct names.
    public let names: [String]
    /// The probes that depend on the trace itself, such as the amount of ink: a wide beat has more, without any leak.
    public let ofShape: Set<String>
    /// The probes of `ofShape` that describe the drawing and not the file. Their lower bound must reach the limit.
    public let ofDrawing: Set<String>
    /// The values, n × P; NaN if a picture has no such number. A missing number can also predict a label.
    public let values: Matrix<Double>

    /// - Precondition: There is one name per column, and the names are distinct.
    public init(
        names: [String], ofShape: Set<String> = [], ofDrawing: Set<String> = [], values: Matrix<Double>
    ) {
        precondition(names.count == values.columns, "\(names.count) names for \(values.columns) probes")
        precondition(Set(names).count == names.count, "duplicate probe name")
        precondition(ofShape.isSubset(of: names), "unknown probe of shape")
        precondition(ofDrawing.isSubset(of: ofShape), "a probe of the drawing must be one of shape")
        self.names = names
        self.ofShape = ofShape
        self.ofDrawing = ofDrawing
        self.values = values
    }

    /// Returns the rows at `indices`, in that order.
    public func selecting(rows indices: [Int]) -> ProbeTable {
        ProbeTable(names: names, ofShape: ofShape, ofDrawing: ofDrawing, values: values.selecting(rows: indices))
    }
}
