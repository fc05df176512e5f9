import Signals

/// A named measurement of a twelve-lead recording: its definition.
///
/// `table` is the only list of them. Features are in its order.
package struct TwelveLeadMeasurement: Sendable {
    /// The name in feature files and results, for example `sokolowLyon`.
    package let name: String
    /// The formula in words, for people and explanations.
    package let formula: String
    /// `mV`, `ms`, `1/min`, `mV·ms`, `mV·s`, `radians`, or empty for a ratio, a share or a count.
    package let unit: String
    /// Leads without which the measurement has no value, for explanations; empty for the rhythm.
    package let leads: [String]
    let measure: @Sendable (TwelveLeadBeat) -> Double

    init(
        _ name: String, _ formula: String, _ unit: String = "", leads: [String] = [],
        _ measure: @escaping @Sendable (TwelveLeadBeat) -> Double
    ) {
        (self.name, self.formula, self.unit, self.leads, self.measure) = (name, formula, unit, leads, measure)
    }

    /// All measurements.
    package static let table =
        rhythm + intervals + axes + voltages + progression + qWaves + stSegments + tWaves + pWaves + shape
}

/// The named measurements of one recording, with which twelve-lead classifiers are trained.
///
/// They describe the usual beat and the rhythm, also of a page with 2.5 s of each lead. The shortest and longest intervals
/// are more extreme in long recordings, so that recordings of about ten seconds are comparable.
package struct TwelveLeadMeasurements: Sendable, Equatable {
    /// One value per row of `TwelveLeadMeasurement.table`; NaN for what cannot be measured.
    ///
    /// A value is NaN without beats, without a wave that it is made of, and without its leads. Limb leads that follow
    /// from others are not missing.
    package let values: [Double]

    /// The leads that were not recorded and do not follow from others, of twelve.
    package let missingLeads: [String]

    /// The usual beat of each of twelve leads on the grid of `UsualBeat`, in mV; nil for a missing lead, and empty without
    /// a usual beat.
    ///
    /// The leads are I, II, III, aVR, aVL, aVF and V1 to V6.
    package let usualBeats: [[Float]?]

    /// Measures a recording whose beats are known.
    ///
    /// - Precondition: `beats` belongs to a recording of this sampling rate, and each beat to one of its clusters.
    package init(of recording: Recording, beats: Beats) {
        guard let beat = TwelveLeadBeat(recording, beats: beats) else {
            values = TwelveLeadMeasurement.table.map { _ in .nan }
            (missingLeads, usualBeats) = (TwelveLeadBeat.names, [])
            return
        }
        missingLeads = TwelveLeadBeat.names.filter { beat.shape($0) == nil }
        usualBeats = TwelveLeadBeat.names.map { beat.traces[$0] }
        values = TwelveLeadMeasurement.table.map { row in
            let value = row.measure(beat)
            return value.isFinite ? value : .nan
        }
    }

    /// The value of a measurement; nil if it could not be measured or is not in the table.
    package subscript(name: String) -> Double? {
        guard let index = TwelveLeadMeasurement.table.firstIndex(where: { $0.name == name }), values[index].isFinite
        else { return nil }
        return values[index]
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.values.map(\.bitPattern) == right.values.map(\.bitPattern)
    }
}
