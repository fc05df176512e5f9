import Foundation
import Signals

/// The facts of one beat that features are made of.
struct BeatFacts {
    var interval: BeatInterval
    var shape: BeatShape
    /// The share of the recording's beats that have the beat's shape.
    var clusterShare: Double
    /// 1 for a beat of the usual shape.
    var isUsual: Double
    /// The class that the detector's rules give the beat.
    var ruleClass: AAMIClass
    /// Median of ln(before / usual) over the beats of this shape.
    var clusterPrematurity: Double
    /// Correlations of the QRS complex with those of the previous and the next beat.
    var previousCorrelation: Double
    var nextCorrelation: Double
    /// The share of beats of unusual shapes among ±10.
    var unusualShare: Double
    /// Median correlation of the P window over ±8 beats, per lead.
    var usualPCorrelation: [Double]

    func lead(_ number: Int, _ property: KeyPath<LeadComparison, Double>) -> Double {
        shape.leads.indices.contains(number) ? shape.leads[number][keyPath: property] : .nan
    }

    /// The larger value of the two leads.
    static func larger(_ values: [Double]) -> Double { values.filter(\.isFinite).max() ?? .nan }

    var pCorrelation: Double { Self.larger(shape.leads.map(\.pCorrelation)) }
}

/// A feature of a beat relative to the patient's usual beat and rhythm: its definition.
///
/// `table` is the only list of them. No feature uses a label.
package struct BeatFeature: Sendable {
    /// The name in feature files and results, for example `earliness`.
    package let name: String
    /// The formula in words. RR is the interval before the beat, ln a ratio limited to 0.2…5.
    package let formula: String
    let measure: @Sendable (BeatFacts) -> Double

    init(_ name: String, _ formula: String, _ measure: @escaping @Sendable (BeatFacts) -> Double) {
        (self.name, self.formula, self.measure) = (name, formula, measure)
    }

    /// All features: of the rhythm, of the QRS complex and both leads, of each lead.
    package static let table = rhythm + runs + shape + (0 ..< 2).flatMap(lead) + rules

    private static let ratio = BeatInterval.ratio

    private static let rhythm: [BeatFeature] = [
        .init("rrLocal", "ln RR / median of ±8") { ratio($0.interval.before, $0.interval.local) },
        .init("nextLocal", "ln next RR / median of ±8") { ratio($0.interval.after, $0.interval.local) },
        .init("rrNext", "ln RR / next RR") { ratio($0.interval.before, $0.interval.after) },
        .init("rrPrevious", "ln RR / previous RR") { ratio($0.interval.before, $0.interval.beforePrevious) },
        .init("previousLocal", "ln previous RR / median of ±8") {
            ratio($0.interval.beforePrevious, $0.interval.local)
        },
        .init("afterNextLocal", "ln RR after the next beat / median of ±8") {
            ratio($0.interval.afterNext, $0.interval.local)
        },
        .init("rrRecordingMedian", "ln RR / median of the recording") {
            ratio($0.interval.before, $0.interval.median)
        },
        .init("rrUsual", "ln RR / median of the usual beats on time of ±20") {
            ratio($0.interval.before, $0.interval.usual)
        },
        .init("nextUsual", "ln next RR / median of the usual beats on time of ±20") {
            ratio($0.interval.after, $0.interval.usual)
        },
        .init("compensation", "ln (RR + next RR) / twice the median of the usual beats") {
            ratio($0.interval.before + $0.interval.after, 2 * $0.interval.usual)
        },
        .init("irregularity", "ln (median change of RR of ±12 / median of ±8 + 0.005)") {
            log($0.interval.change / $0.interval.local + 0.005)
        },
        .init("rrNearMean", "ln RR / mean of ±35") { ratio($0.interval.before, $0.interval.nearMean) },
        .init("nextNearMean", "ln next RR / mean of ±35") { ratio($0.interval.after, $0.interval.nearMean) },
        .init("rrMean", "ln RR / mean of the recording") { ratio($0.interval.before, $0.interval.mean) },
        .init("nextMean", "ln next RR / mean of the recording") { ratio($0.interval.after, $0.interval.mean) },
        .init("rrNearLong", "ln RR / 85th percentile of ±60") { ratio($0.interval.before, $0.interval.nearLong) },
        .init("nextNearLong", "ln next RR / 85th percentile of ±60") {
            ratio($0.interval.after, $0.interval.nearLong)
        },
        .init("rrFarLong", "ln RR / 85th percentile of ±300") { ratio($0.interval.before, $0.interval.farLong) },
        .init("rrFarMedian", "ln RR / median of ±300") { ratio($0.interval.before, $0.interval.farMedian) },
        .init("rr", "ln of RR in s") { log($0.interval.before) },
        .init("next", "ln of next RR in s") { log($0.interval.after) },
        .init("nearMean", "ln of the mean RR of ±35 in s") { log($0.interval.nearMean) },
        .init("mean", "ln of the recording's mean RR in s") { log($0.interval.mean) },
        .init("rank", "share of RR of ±60 shorter by more than 20 ms") { $0.interval.rank },
        .init("earliness", "(median of usual beats − RR) / deviation, within ±8") { $0.interval.earliness },
        .init("pause", "(next RR − median of usual beats) / deviation, within ±8") { $0.interval.pause },
        .init("regularity", "share of RR of ±15 within 8 % of the median of ±8") { $0.interval.regularity },
        .init("deviation", "ln (median |RR − local| of ±20 + 15 ms) / median of ±8") {
            log($0.interval.deviation / $0.interval.local)
        },
    ]

    private static let runs: [BeatFeature] = [
        .init("runPrematurity", "ln RR / RR before the run of early beats") { $0.interval.runPrematurity },
        .init("runLength", "ln (1 + beats of the run)") { log(1 + $0.interval.runLength) },
        .init("runPlace", "ln (1 + beats since the run began)") { log(1 + $0.interval.runPlace) },
        .init("runVariation", "ln (median change / median RR of the run + 0.01); −3.5 in short runs") {
            $0.interval.runChange.map { log($0 + 0.01) } ?? -3.5
        },
        .init("change", "median change of RR / median RR of ±30") { $0.interval.changeShare },
        .init("quietChange", "30th percentile of the change of RR / median RR of ±30") {
            $0.interval.quietChangeShare
        },
    ]

    private static let shape: [BeatFeature] = [
        .init("qrsCorrelation", "correlation of the QRS complex with the usual one") { $0.shape.qrsCorrelation },
        .init("qrsDistance", "ln (distance from the usual QRS complex / its norm + 0.02)") { $0.shape.distance },
        .init("width", "ln (QRS width + 20 ms) / the usual one") { $0.shape.width },
        .init("effectiveWidth", "ln effective QRS width / the usual one") { $0.shape.effectiveWidth },
        .init("activity", "ln steepest slope of all leads / the usual one") { $0.shape.activity },
        .init("earlyUsual", "earliness above 0 × QRS correlation above 0") {
            max($0.interval.earliness, 0) * max($0.shape.qrsCorrelation, 0)
        },
        .init("earlyUnusual", "earliness above 0 × (1 − QRS correlation above 0)") {
            max($0.interval.earliness, 0) * (1 - max($0.shape.qrsCorrelation, 0))
        },
        .init("clusterShare", "ln of the share of beats with this shape") { log($0.clusterShare) },
        .init("isUsual", "1 for the usual shape, 0 for another one") { $0.isUsual },
        .init("clusterPrematurity", "median of ln RR / usual RR of the beats with this shape") {
            $0.clusterPrematurity
        },
        .init("previousCorrelation", "correlation of the QRS complex with the previous one") {
            $0.previousCorrelation
        },
        .init("nextCorrelation", "correlation of the QRS complex with the next one") { $0.nextCorrelation },
        .init("unusualShare", "share of unusual shapes among ±10 beats") { $0.unusualShare },
        .init("pCorrelation", "larger correlation of the P window with the usual one") { $0.pCorrelation },
        .init("pLoss", "larger median P correlation of ±8 beats − larger P correlation") {
            BeatFacts.larger($0.usualPCorrelation) - $0.pCorrelation
        },
    ]

    /// The classes of `BeatRules`, which see the shape of a cluster instead of the single beat.
    private static let rules: [BeatFeature] = [
        .init("ruleSupraventricular", "1 for class S by rules") { $0.ruleClass == .supraventricular ? 1 : 0 },
        .init("ruleVentricular", "1 for class V by rules") { $0.ruleClass == .ventricular ? 1 : 0 },
        .init("ruleFusion", "1 for class F by rules") { $0.ruleClass == .fusion ? 1 : 0 },
    ]

    /// Features of the first or the second lead.
    private static func lead(_ number: Int) -> [BeatFeature] {
        let properties: [(String, String, KeyPath<LeadComparison, Double> & Sendable)] = [
            ("qrsCorrelation", "correlation of the QRS complex", \.qrsCorrelation),
            ("height", "ln QRS height / the usual one", \.height),
            ("polarity", "(max + min) / (max − min) of the QRS complex − the usual one", \.polarity),
            ("area", "(mean of the QRS complex − the usual one) / usual height", \.area),
            ("slope", "ln steepest slope / the usual one", \.slope),
            ("tCorrelation", "correlation of the T window", \.tCorrelation),
            ("tLevel", "(mean of the T window − the usual one) / usual QRS height", \.tLevel),
            ("pCorrelation", "correlation of the P window", \.pCorrelation),
            (
                "pDifference", "ln deviation of the P window from the usual one / deviation of the usual one",
                \.pDifference
            ),
            ("pHeight", "height of the P window / usual QRS height", \.pHeight),
            ("usualPHeight", "height of the usual P window / usual QRS height", \.usualPHeight),
        ]
        return properties.map { name, formula, property in
            BeatFeature("\(name)\(number + 1)", "lead \(number + 1): \(formula)") { $0.lead(number, property) }
        } + [
            BeatFeature(
                "usualPCorrelation\(number + 1)", "lead \(number + 1): median correlation of the P window of ±8 beats"
            ) {
                $0.usualPCorrelation.indices.contains(number) ? $0.usualPCorrelation[number] : .nan
            }
        ]
    }
}
