import LinearAlgebra

/// Numbers that anybody could read off each picture without looking at its ECG: n × P.
public struct ProbeTable: Equatable, Sendable {
    /// P names, all different.
    public let names: [String]
    /// Those that the trace itself has a part in, such as the amount of ink: a broad beat takes more of it, and nobody
    /// drew it so to give the answer away.
    public let ofShape: Set<String>
    /// Those of `ofShape` that are of the drawing itself and not of the file that holds it: they must surely be as good
    /// as they seem.
    public let ofDrawing: Set<String>
    /// n × P; NaN where a picture has no such number, which may tell as much as a number.
    public let values: Matrix<Double>

    /// - Precondition: there is one name for each column, and the names differ.
    public init(
        names: [String], ofShape: Set<String> = [], ofDrawing: Set<String> = [], values: Matrix<Double>
    ) {
        precondition(names.count == values.columns, "\(names.count) names for \(values.columns) probes")
        precondition(Set(names).count == names.count, "two probes of one name")
        precondition(ofShape.isSubset(of: names), "a probe of shape that is none")
        precondition(ofDrawing.isSubset(of: ofShape), "a probe of the drawing that is not of shape")
        self.names = names
        self.ofShape = ofShape
        self.ofDrawing = ofDrawing
        self.values = values
    }

    /// The rows at `indices`, in that order.
    public func selecting(rows indices: [Int]) -> ProbeTable {
        ProbeTable(names: names, ofShape: ofShape, ofDrawing: ofDrawing, values: values.selecting(rows: indices))
    }
}
