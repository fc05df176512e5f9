/// P values of several tests, raised so that the chance of even one false alarm among them stays under the level.
///
/// The k-th smallest of m is multiplied by m − k + 1, never falls below the one before it and never exceeds 1.
///
/// - Parameter values: m p values, in any order.
/// - Returns: m, in the same order.
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
