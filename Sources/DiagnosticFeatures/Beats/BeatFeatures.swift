import LinearAlgebra
import Signals

/// The features of all beats of a recording, from one or two leads.
///
/// No label is used: the usual beat is the median of the beats of the most frequent shape that came on time.
package struct BeatFeatures: Sendable {
    /// Beats × `BeatFeature.table`; NaN for what cannot be measured.
    ///
    /// With one lead the features of the second are NaN. A beat in a gap has no features of its shape, a recording with
    /// one beat none of its rhythm.
    package let values: Matrix<Double>
    /// The names of the leads that were used, at most two.
    package let leads: [String]

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
        let shapes = Self.shapes(recording, beats, chosen, context)
        let prematurity = intervals.map { BeatInterval.ratio($0.before, $0.usual) }
        let ofClusters = beats.clusters.map { cluster in
            MovingWindow.median(of: cluster.members.lazy.map { prematurity[$0] })
        }
        let pMedians = chosen.indices.map { lead in
            MovingWindow.median(shapes.map { $0.leads[lead].pCorrelation }, width: 2 * Self.pReach + 1)
        }
        var values: [Double] = []
        values.reserveCapacity(shapes.count * BeatFeature.table.count)
        for (index, beat) in beats.beats.enumerated() {
            let near = max(0, index - Self.shapeReach) ..< min(isUsual.count, index + Self.shapeReach + 1)
            let facts = BeatFacts(
                interval: intervals[index], shape: shapes[index],
                clusterShare: Double(beats.clusters[beat.cluster].members.count) / Double(shapes.count),
                isUsual: isUsual[index] ? 1 : 0, clusterPrematurity: ofClusters[beat.cluster],
                previousCorrelation: index > 0 ? Self.likeness(shapes[index], shapes[index - 1]) : 1,
                nextCorrelation: index + 1 < shapes.count ? Self.likeness(shapes[index], shapes[index + 1]) : 1,
                unusualShare: Double(isUsual[near].count { !$0 }) / Double(near.count),
                usualPCorrelation: pMedians.map { $0[index] })
            for feature in BeatFeature.table {
                let value = feature.measure(facts)
                values.append(value.isFinite ? value : .nan)
            }
        }
        self.values = Matrix(rows: shapes.count, columns: BeatFeature.table.count, values: values)
    }

    /// Two usable leads, those that training recordings have first.
    private static func chosenLeads(_ recording: Recording, _ beats: Beats) -> [Int] {
        let usable = recording.leads.indices.filter { beats.leads.isEmpty || beats.leads[$0].isUsable }
        let rank = { (lead: Int) in
            (preferred.firstIndex(of: recording.leads[lead].name.uppercased()) ?? preferred.count, lead)
        }
        return Array(usable.sorted { rank($0) < rank($1) }.prefix(2))
    }

    private static func shapes(
        _ recording: Recording, _ beats: Beats, _ chosen: [Int], _ context: RRContext
    ) -> [BeatShape] {
        let empty = BeatShape(leads: chosen.map { _ in LeadComparison() })
        guard let usual = beats.clusters.first, !chosen.isEmpty else { return beats.beats.map { _ in empty } }
        let part = Recording(samplingRate: recording.samplingRate, leads: chosen.map { recording.leads[$0] })
        let singles = BeatTraces(
            of: part,
            beats: Beats(
                samplingRate: beats.samplingRate, beats: beats.beats, clusters: beats.clusters,
                leads: beats.leads.isEmpty ? [] : chosen.map { beats.leads[$0] }))
        let onTime = usual.members.filter { context.isOnTime[$0] }
        let shape = UsualShape(
            singles, members: onTime.count < fewestOnTime ? usual.members : onTime, leadCount: chosen.count)
        return beats.beats.indices.map { shape.shape(of: $0) }
    }

    /// The correlation of two beats' QRS complexes; NaN without a common lead.
    private static func likeness(_ left: BeatShape, _ right: BeatShape) -> Double {
        let common = zip(left.complex, right.complex).filter { !$0.isEmpty && !$1.isEmpty }
        return common.isEmpty ? .nan : UsualShape.correlation(common.map(\.0), common.map(\.1))
    }
}
