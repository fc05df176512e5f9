import LinearAlgebra
import Signals

/// The features of all beats of a recording, from one or two leads.
///
/// No label is used: the usual beat is the median of the beats of the most frequent shape that came on time.
package struct BeatFeatures: Sendable {
    /// The names of the leads that were used, at most two.
    package let leads: [String]
    /// The number of beats.
    package var count: Int { beats.beats.count }

    private let beats: Beats
    private let intervals: [BeatInterval]
    private let isUsual: [Bool]
    /// Median of ln(before / usual) of each cluster's beats.
    private let prematurities: [Double]
    /// nil without beats or leads.
    private let usual: UsualShape?

    /// Leads that recorders for long recordings use, in the order in which they are chosen.
    private static let preferred = ["MLII", "II", "V1", "V5", "V2", "I"]
    /// Beats on either side of one for medians of the P correlation, and for the share of unusual shapes.
    private static let pReach = 8
    private static let shapeReach = 10
    /// Fewer beats on time make no usual beat; then all beats of the shape do.
    private static let fewestOnTime = 20

    /// Measures a recording whose beats are known.
    ///
    /// - Precondition: `beats` belongs to a recording of this sampling rate, and each beat to one of its clusters.
    package init(of recording: Recording, beats: Beats) {
        let chosen = Self.chosenLeads(recording, beats)
        leads = chosen.map { recording.leads[$0].name }
        let isUsual = beats.beats.map { $0.cluster == 0 }
        let context = RRContext(times: beats.times, isUsual: isUsual)
        let intervals = BeatInterval.all(context)
        prematurities = beats.clusters.map { cluster in
            MovingWindow.median(
                of: cluster.members.lazy.map { BeatInterval.ratio(intervals[$0].before, intervals[$0].usual) })
        }
        usual = Self.usualShape(recording, beats, chosen, context)
        (self.beats, self.isUsual, self.intervals) = (beats, isUsual, intervals)
    }

    /// The features of all beats, see `values(of:)`.
    package var values: Matrix<Double> { values(of: 0 ..< count) }

    /// Measures some beats, so that a long recording needs little memory.
    ///
    /// With one lead the features of the second are NaN. A beat in a gap has no features of its shape, a recording with
    /// one beat none of its rhythm.
    ///
    /// - Returns: beats × `BeatFeature.table`; NaN for what cannot be measured.
    package func values(of range: Range<Int>) -> Matrix<Double> {
        let reach = max(Self.pReach, 1)
        let read = max(0, range.lowerBound - reach) ..< min(count, range.upperBound + reach)
        let empty = BeatShape(leads: leads.map { _ in LeadComparison() })
        let shapes = read.map { usual?.shape(of: $0) ?? empty }
        let pMedians = leads.indices.map { lead in
            MovingWindow.median(shapes.map { $0.leads[lead].pCorrelation }, width: 2 * Self.pReach + 1)
        }
        var values: [Double] = []
        values.reserveCapacity(range.count * BeatFeature.table.count)
        for beat in range {
            let index = beat - read.lowerBound
            let cluster = beats.beats[beat].cluster
            let near = max(0, beat - Self.shapeReach) ..< min(count, beat + Self.shapeReach + 1)
            let facts = BeatFacts(
                interval: intervals[beat], shape: shapes[index],
                clusterShare: Double(beats.clusters[cluster].members.count) / Double(count),
                isUsual: isUsual[beat] ? 1 : 0, ruleClass: beats.beats[beat].beatClass,
                clusterPrematurity: prematurities[cluster],
                previousCorrelation: beat > 0 ? Self.likeness(shapes[index], shapes[index - 1]) : 1,
                nextCorrelation: beat + 1 < count ? Self.likeness(shapes[index], shapes[index + 1]) : 1,
                unusualShare: Double(isUsual[near].count { !$0 }) / Double(near.count),
                usualPCorrelation: pMedians.map { $0[index] })
            for feature in BeatFeature.table {
                let value = feature.measure(facts)
                values.append(value.isFinite ? value : .nan)
            }
        }
        return Matrix(rows: range.count, columns: BeatFeature.table.count, values: values)
    }

    /// Two usable leads, those that training recordings have first.
    private static func chosenLeads(_ recording: Recording, _ beats: Beats) -> [Int] {
        let usable = recording.leads.indices.filter { beats.leads.isEmpty || beats.leads[$0].isUsable }
        let rank = { (lead: Int) in
            (preferred.firstIndex(of: recording.leads[lead].name.uppercased()) ?? preferred.count, lead)
        }
        return Array(usable.sorted { rank($0) < rank($1) }.prefix(2))
    }

    private static func usualShape(
        _ recording: Recording, _ beats: Beats, _ chosen: [Int], _ context: RRContext
    ) -> UsualShape? {
        guard let usual = beats.clusters.first, !chosen.isEmpty else { return nil }
        let part = Recording(samplingRate: recording.samplingRate, leads: chosen.map { recording.leads[$0] })
        let singles = BeatTraces(
            of: part,
            beats: Beats(
                samplingRate: beats.samplingRate, beats: beats.beats, clusters: beats.clusters,
                leads: beats.leads.isEmpty ? [] : chosen.map { beats.leads[$0] }))
        let onTime = usual.members.filter { context.isOnTime[$0] }
        return UsualShape(
            singles, members: onTime.count < fewestOnTime ? usual.members : onTime, leadCount: chosen.count)
    }

    /// The correlation of two beats' QRS complexes; NaN without a common lead.
    private static func likeness(_ left: BeatShape, _ right: BeatShape) -> Double {
        let common = zip(left.complex, right.complex).filter { !$0.isEmpty && !$1.isEmpty }
        return common.isEmpty ? .nan : UsualShape.correlation(common.map(\.0), common.map(\.1))
    }
}
