import Foundation
import Signals

extension TwelveLeadMeasurement {
    /// Intervals, ectopic beats and atrial activity.
    static let rhythm: [TwelveLeadMeasurement] = [
        .init("heartRate", "60 / mean RR", "1/min") { $0.value(\.heartRate) },
        .init("rrVariation", "standard deviation of RR / mean RR") { $0.rhythm.variation },
        .init("rrChangeRMS", "root mean square of the change of RR / mean RR") { $0.rhythm.changeRMS },
        .init("rrChangeMedian", "median of the change of RR / mean RR") { $0.rhythm.changeMedian },
        .init("rrChangeQuarter", "25th percentile of the change of RR / mean RR") { $0.rhythm.changeQuarter },
        .init("rrChangeShare", "share of changes of RR above 5 % of the mean") { $0.rhythm.changeShare },
        .init("rrShortest", "shortest RR / median RR") { $0.rhythm.shortest },
        .init("rrLongest", "longest RR / median RR") { $0.rhythm.longest },
        .init("unusualShare", "share of beats whose QRS complex correlates with the usual one below 0.8") {
            $0.rhythm.unusualShare
        },
        .init("leastCorrelation", "least correlation of a QRS complex with the usual one") {
            $0.rhythm.leastCorrelation
        },
        .init("largestAmplitude", "largest QRS complex / the usual one, root mean squares") {
            $0.rhythm.largestAmplitude
        },
        .init("widest", "longest QRS complex / the usual one") { $0.rhythm.widest },
        .init("wideUnusualShare", "share of unusual beats that are at least 15 % wider") {
            $0.rhythm.wideUnusualShare
        },
        .init("earlyUnusualShare", "share of unusual beats that come early") { $0.rhythm.earlyUnusualShare },
        .init("earlyUsualShare", "share of usual beats that come early") { $0.rhythm.earlyUsualShare },
        .init("earliestUsual", "shortest RR before a usual beat / median RR") { $0.rhythm.earliestUsual },
        .init("earliestUnusual", "shortest RR before an unusual beat / median RR") { $0.rhythm.earliestUnusual },
        .init("longestPause", "longest RR after an early beat / median RR") { $0.rhythm.longestPause },
        .init("pacedShare", "share of beats that a pacing spike started") { $0.rhythm.pacedShare },
        .init("fibrillationPeak", "ln of the largest over the mean power from 3.5 to 9.5 Hz between the beats") {
            $0.rhythm.fibrillationPeak
        },
        .init("fibrillationPower", "ln of the share of the power from 3.5 to 9.5 Hz between the beats") {
            $0.rhythm.fibrillationPower
        },
        .init("pWavePresent", "1 with a P wave before the usual beats, 0 without") { beat in
            beat.usual.pDecision.ground == .notMeasurable ? .nan : beat.usual.pDecision.isPresent ? 1 : 0
        },
        .init("pConsistency", "ln of the power of the usual P wave / power of its variation between beats") {
            $0.usual.pDecision.consistency ?? .nan
        },
        .init("pLevel", "ln of the root mean square of the P window over all leads", "ln mV") { beat in
            let window = BeatParts(beat.usual, interval: 0.8).pWindow
            let squares = beat.usual.traces.compactMap { trace -> Double? in
                let values = trace[window].map(Double.init)
                guard values.allSatisfy(\.isFinite) else { return nil }
                let mean = LeadShape.mean(values)
                return LeadShape.mean(values.map { ($0 - mean) * ($0 - mean) })
            }
            return log(LeadShape.mean(squares).squareRoot() + 0.003)
        },
    ]
}
