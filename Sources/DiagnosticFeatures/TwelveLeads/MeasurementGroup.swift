import Foundation

/// Measurements of one thing, which people read as one line: an axis of its sine and cosine, a wave of its height and its
/// share of the QRS complex.
///
/// Each row of `TwelveLeadMeasurement.table` is in exactly one group of `table`.
package struct MeasurementGroup: Sendable {
    /// The name in results: that of the measurement that is shown, or that of an axis.
    package let name: String
    /// The name for people, in lower case where the language has it.
    package let words: String
    /// The unit of `value`; empty for a number without one.
    package let unit: String
    package let leads: [String]
    /// The names of the measurements.
    package let members: [String]
    package let limit: ClinicalLimit?
    /// Names of the values 0, 1, 2 …; empty for a quantity.
    package let states: [String]
    private let shown: @Sendable ([Double]) -> Double

    private init(
        _ name: String, _ words: String? = nil, _ unit: String? = nil, of others: [String] = [],
        limit: ClinicalLimit? = nil, states: [String] = [],
        _ shown: @escaping @Sendable ([Double]) -> Double = { $0[0] }
    ) {
        let first = TwelveLeadMeasurement.named(name)
        (self.name, members) = (name, [name] + others)
        self.words = words ?? first.formula
        self.unit = unit ?? first.unit
        leads = first.leads
        (self.limit, self.states, self.shown) = (limit, states, shown)
    }

    /// The features of a network that reads the usual beats of all leads: a block without names and without a value.
    package static let usualBeats = MeasurementGroup()

    private init() {
        (name, words, unit, leads) = ("usualBeats", "shape of the usual beats (network)", "", TwelveLeadBeat.names)
        (members, limit, states) = ([], nil, [])
        shown = { _ in .nan }
    }

    /// An axis in degrees of its sine and cosine.
    private init(axis wave: String, limit: ClinicalLimit? = nil) {
        let name = wave.lowercased() + "Axis"
        self.name = name
        members = ["\(name)Sine", "\(name)Cosine"]
        words = "\(wave) axis"
        unit = "°"
        leads = TwelveLeadMeasurement.named("\(name)Sine").leads
        (self.limit, states) = (limit, [])
        shown = { atan2($0[0], $0[1]) * 180 / .pi }
    }

    /// A number that is shown in percent.
    private static func percent(_ name: String, _ words: String, of others: [String] = []) -> MeasurementGroup {
        MeasurementGroup(name, words, "%", of: others) { $0[0] * 100 }
    }

    /// Returns the value that is shown, in `unit`; nil if it could not be measured.
    ///
    /// - Parameter values: one per member.
    package func value(_ values: [Double]) -> Double? {
        precondition(values.count == members.count, "\(values.count) values for \(members.count) measurements")
        let value = shown(values)
        return value.isFinite ? value : nil
    }

    /// Whether the value is that of the first measurement in another unit, and grows with it.
    package var followsFirst: Bool { name == members.first }

    /// Returns the first measurement's value in the unit of the group.
    package func shown(first value: Double) -> Double { shown([value] + members.dropFirst().map { _ in .nan }) }

    private static let named: [MeasurementGroup] =
        [
            .init("heartRate", "heart rate", "beats/min", limit: .heartRate),
            percent(
                "rrVariation", "variation of the RR intervals",
                of: ["rrChangeRMS", "rrChangeMedian", "rrChangeQuarter", "rrChangeShare"]),
            percent(
                "rrShortest", "shortest RR interval as a share of the median one",
                of: ["earlyUsualShare", "earliestUsual"]),
            percent("rrLongest", "longest RR interval as a share of the median one", of: ["longestPause"]),
            percent(
                "unusualShare", "beats whose QRS complex differs from the usual one",
                of: [
                    "leastCorrelation", "largestAmplitude", "widest", "wideUnusualShare", "earlyUnusualShare",
                    "earliestUnusual",
                ]),
            percent("pacedShare", "beats that a pacing spike started"),
            .init(
                "fibrillationPower", "power from 3.5 to 9.5 Hz between the beats", "%", of: ["fibrillationPeak"]
            ) { 100 * exp($0[0]) },
            .init(
                "pWavePresent", "P wave before the usual beats", of: ["pConsistency", "pLevel"],
                states: ["absent", "present"]),
            .init("prInterval", "PR interval", limit: .prInterval),
            .init("pDuration", "P duration", limit: .pDuration),
            .init("qrsDuration", "QRS duration", limit: .qrsDuration),
            .init("qtcFridericia", "QTc (Fridericia)", of: ["qtInterval", "jtPeak"], limit: .qtc),
            .init(axis: "QRS", limit: .qrsAxis), .init(axis: "T"), .init(axis: "P"),
            .init("qrsTAngle", "angle between the QRS and the T axis", "°", of: ["qrsTCosine"]) {
                $0[0] * 180 / .pi
            },
            .init("sokolowLyon", "S in V1 + R in V5 or V6", limit: .sokolowLyon),
            .init("cornell", "R in aVL + S in V3", of: ["cornellProduct"], limit: .cornell),
            .init("raVL", limit: .rInAVL),
            .init("lewis", "R in I + S in III − R in III − S in I", limit: .lewis),
            .init("peguero", "deepest S + S in V4", limit: .peguero),
            .init("rV1", of: ["rShareV1"], limit: .rInV1), .init("sV6", limit: .sInV6),
            .init("rightSum", "R in V1 + S in V5 or V6", limit: .rightSum),
            .init("rV2", of: ["rShareV2"]), .init("rV3", of: ["rShareV3"]), .init("rV4", of: ["rShareV4"]),
            .init(
                "transition", "first chest lead whose R exceeds S",
                states: ["V1", "V2", "V3", "V4", "V5", "V6", "none"]),
            .init("qDurationInferior", of: ["qDepthInferior"], limit: .qDuration),
            .init("qDurationLateral", of: ["qDepthLateral"], limit: .qDuration),
            .init("qDurationAnterior", of: ["qDepthAnterior"]),
            percent("tNegativeLeads", "leads whose T is below −0.05 mV"),
            .init("tV5", of: ["tRatioV5"]),
            .init("rTimeV6", "QRS onset to R peak in V6", limit: .rPeakTimeV6),
        ]

    /// All groups, in the order of the first measurement of each in the table of measurements.
    package static let table: [MeasurementGroup] = {
        let grouped = Set(named.flatMap(\.members))
        let all = named + TwelveLeadMeasurement.table.filter { !grouped.contains($0.name) }.map { .init($0.name) }
        let places = Dictionary(
            uniqueKeysWithValues: TwelveLeadMeasurement.table.map(\.name).enumerated().map { ($1, $0) })
        return all.sorted { places[$0.members[0]]! < places[$1.members[0]]! }
    }()
}

extension TwelveLeadMeasurement {
    /// The measurement of a name in the table.
    package static func named(_ name: String) -> TwelveLeadMeasurement {
        guard let row = table.first(where: { $0.name == name }) else {
            preconditionFailure("no measurement is named \(name)")
        }
        return row
    }
}
