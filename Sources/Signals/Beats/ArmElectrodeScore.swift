import Foundation

/// The evidence that the electrodes of the arms are exchanged, from the usual beat.
struct ArmElectrodeScore {
    /// Above 0 they are exchanged; nil where it cannot be judged.
    let score: Double?
    let limit: LimbLeadCheck.Limit?
    /// What the score is made of; all are about 1 or 0 in a normal recording and opposite in an exchanged one.
    let features: [Double]

    /// The least range of lead I in the usual beat, mV.
    static let lowestRange: Float = 0.15

    init(_ recording: Recording, beats: Beats) {
        let median = beats.clusters.first?.medianBeat
        let lead = { (name: String) -> [Float]? in
            guard let median, let place = recording.leads.firstIndex(where: { $0.name.uppercased() == name }) else {
                return nil
            }
            let samples = median.leads[place]
            return samples.contains { !$0.isNaN } ? samples : nil
        }
        features = []
        guard let median, let first = lead("I"), let lateral = lead("V6") ?? lead("V5") else {
            (score, limit) = (nil, .lateralChestLeadsMissing)
            return
        }
        _ = median
        let present = first.filter { !$0.isNaN }
        guard let highest = present.max(), let lowest = present.min(), highest - lowest >= Self.lowestRange else {
            (score, limit) = (nil, .leadITooLow)
            return
        }
        _ = lateral
        (score, limit) = (nil, nil)
    }
}
