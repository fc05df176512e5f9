/// Adjusts p values of several tests to control the family-wise error rate.
///
/// The k-th smallest of m values is multiplied by m − k + 1. It is at least the one before it and at most 1.
///
/// - Parameter values: m p values, in any order.
/// - Returns: m adjusted p values, in the same order.
/// - Source: Holm, Scandinavian Journal of Statistics 6 (1979).
func holmCorrected(_ values: [Double]) -> [Double] {
    var corrected = values
    var least = 0.0
    for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
        least = max(least, min(1, Double(values.count - rank) * values[index]))
        corrected[index] = least
    }
    return corrected
}
