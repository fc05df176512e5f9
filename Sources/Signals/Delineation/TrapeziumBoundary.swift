/// The end of a wave, found as the corner of the largest trapezium.
///
/// From a steep point of the wave's flank to a reference point beyond the end, the trapezium with corners at the steep
/// point's level is largest where the trace bends into the baseline. No threshold and no level of the baseline is needed.
///
/// - Source: Vázquez-Seisdedos et al., BioMedical Engineering OnLine 10 (2011) 43.
enum TrapeziumBoundary {
    /// Returns the corner between `steep` and `reference`, which may lie on either side.
    ///
    /// - Parameter value: the trace; the points between must be finite.
    static func corner(from steep: Int, to reference: Int, falling: Bool, value: (Int) -> Float) -> Int {
        let step = reference >= steep ? 1 : -1
        let start = value(steep)
        var (best, corner) = (-Float.infinity, steep)
        var point = steep
        while point != reference {
            let height = falling ? start - value(point) : value(point) - start
            let area = height * Float(abs(reference - point) + abs(reference - steep))
            if area > best { (best, corner) = (area, point) }
            point += step
        }
        return corner
    }
}
