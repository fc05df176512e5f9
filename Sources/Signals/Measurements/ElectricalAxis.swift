import Foundation

/// The direction of a wave in the frontal plane.
enum ElectricalAxis {
    /// mV·s: less area is a direction of noise.
    private static let smallestArea = 2e-5

    /// A wave's area in one lead, in mV·s, and the number of beats that it is the median of.
    typealias Area = (value: Double, beats: Int)

    /// The limb leads as sums of leads I and aVF.
    private static let parts: [(lead: String, one: Double, foot: Double)] = [
        ("I", 1, 0), ("II", 0.5, 1), ("III", -0.5, 1), ("AVR", -0.75, -0.5), ("AVL", 0.75, -0.5), ("AVF", 0, 1),
    ]

    /// Returns the axis in degrees, −180…180: 0 points to the left arm, 90 to the feet.
    ///
    /// Two limb leads determine the others: II = I + III, aVF = (II + III) / 2 = II − I / 2. Where leads show different
    /// numbers of beats, as on a page, each is weighted by its beats.
    ///
    /// - Parameter area: the area of the wave in a lead, nil for a lead without it.
    /// - Source: AHA/ACC/HRS recommendations, part III, Circulation 119 (2009) e235; aVF is scaled by 2/√3, as the
    ///   augmented leads are smaller than the bipolar ones.
    static func axis(area: (String) -> Area?) -> MeasuredValue {
        let areas = parts.compactMap { part in area(part.lead).map { (part: part, area: $0) } }
        let found = Set(areas.map(\.area.beats)).count > 1 ? fitted(areas) : nil
        let two = components(area("I")?.value, area("II")?.value, area("III")?.value, area("AVF")?.value)
        guard let (first, foot) = found ?? two else {
            return MeasuredValue(.leadMissing)
        }
        let vertical = foot * 2 / 3.0.squareRoot()
        guard (first * first + vertical * vertical).squareRoot() > smallestArea else {
            return MeasuredValue(.noDirection)
        }
        return MeasuredValue(atan2(vertical, first) * 180 / .pi)
    }

    /// Lead I and aVF by least squares over all leads, weighted by beats; nil if the leads do not determine them.
    private static func fitted(
        _ areas: [(part: (lead: String, one: Double, foot: Double), area: Area)]
    ) -> (Double, Double)? {
        var (a, b, c, d, e) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (part, area) in areas {
            let weight = Double(area.beats)
            a += weight * part.one * part.one
            b += weight * part.one * part.foot
            c += weight * part.foot * part.foot
            d += weight * part.one * area.value
            e += weight * part.foot * area.value
        }
        let determinant = a * c - b * b
        guard determinant > 1e-9 * a * c else { return nil }
        return ((c * d - b * e) / determinant, (a * e - b * d) / determinant)
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
