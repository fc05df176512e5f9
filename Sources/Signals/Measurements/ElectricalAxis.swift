import Foundation

/// The direction of a wave in the frontal plane.
enum ElectricalAxis {
    /// mV·s: less area is a direction of noise.
    private static let smallestArea = 2e-5

    /// Returns the axis in degrees, −180…180: 0 points to the left arm, 90 to the feet.
    ///
    /// Two limb leads determine the others: II = I + III, aVF = (II + III) / 2 = II − I / 2.
    ///
    /// - Parameter area: the area of the wave in a lead in mV·s, nil for a lead without it.
    /// - Source: AHA/ACC/HRS recommendations, part III, Circulation 119 (2009) e235; aVF is scaled by 2/√3, as the
    ///   augmented leads are smaller than the bipolar ones.
    static func axis(area: (String) -> Double?) -> MeasuredValue {
        guard let (first, foot) = components(area("I"), area("II"), area("III"), area("AVF")) else {
            return MeasuredValue(.leadMissing)
        }
        let vertical = foot * 2 / 3.0.squareRoot()
        guard (first * first + vertical * vertical).squareRoot() > smallestArea else {
            return MeasuredValue(.noDirection)
        }
        return MeasuredValue(atan2(vertical, first) * 180 / .pi)
    }

    /// Lead I and aVF, from the leads that there are.
    private static func components(
        _ one: Double?, _ two: Double?, _ three: Double?, _ foot: Double?
    ) -> (Double, Double)? {
        switch (one, two, three, foot) {
        case (let one?, _, _, let foot?): (one, foot)
        case (let one?, let two?, _, nil): (one, two - one / 2)
        case (let one?, nil, let three?, nil): (one, three + one / 2)
        case (nil, let two?, let three?, _): (two - three, (two + three) / 2)
        case (nil, let two?, nil, let foot?): (2 * (two - foot), foot)
        case (nil, nil, let three?, let foot?): (2 * (foot - three), foot)
        default: nil
        }
    }
}
