import Foundation

/// Walks through a recording piece by piece and collects QRS complexes, and what is needed of them later.
struct QRSSearch {
    let detection: QRSDetection
    private(set) var complexes: [QRSDetection.Complex] = []
    private(set) var shapes: QRSShapes
    private(set) var statistics: [LeadStatistics]
    /// Pacing spikes in any lead, ascending samples.
    private(set) var spikes: [Int] = []

    /// - Parameters:
    ///   - places: samples of known complexes, ascending; nil to find the complexes. A known complex has its place at
    ///     the envelope's maximum within 60 ms.
    ///   - withShapes: false for the complexes' places only.
    ///   - progress: gets shares of the recording.
    init<Source: SampleSource>(
        _ source: Source, selection: QRSSelection, places: [Int]? = nil, withShapes: Bool,
        progress: (Double) -> Void = { _ in }
    ) throws(Source.Failure) {
        var detection = QRSDetection(samplingRate: source.samplingRate)
        detection.selection = selection
        self.detection = detection
        let leadCount = source.leadNames.count
        shapes = QRSShapes(leadCount: leadCount, rate: detection.rate)
        statistics = [LeadStatistics](repeating: LeadStatistics(), count: leadCount)
        for piece in detection.pieces(of: source.sampleCount) {
            add(try source.samples(in: piece.read), piece: piece, places: places, withShapes: withShapes)
            progress(Double(piece.core.upperBound) / Double(source.sampleCount))
        }
    }

    private mutating func add(_ samples: [[Float]], piece: QRSDetection.Piece, places: [Int]?, withShapes: Bool) {
        var spikes: [Int] = []
        let leads = samples.map { lead in
            let places = PacingSpikes.places(lead, samplingRate: detection.samplingRate)
            spikes += places.map { piece.read.lowerBound + $0 }.filter(piece.core.contains)
            return WorkingLead(
                PacingSpikes.removed(places, from: lead, samplingRate: detection.samplingRate),
                factor: detection.factor, rate: detection.rate)
        }
        addSpikes(spikes.sorted())
        let envelope = detection.envelope(of: leads)
        let found = places.map { detection.complexes(at: $0, in: envelope, piece: piece) }
        for complex in found ?? detection.complexes(in: envelope, piece: piece) {
            // At a seam two pieces may see one complex a little differently.
            if places == nil, let last = complexes.last,
                Double(complex.sample - last.sample) < 0.2 * detection.samplingRate
            {
                continue
            }
            complexes.append(complex)
            if withShapes {
                let place = (complex.sample - piece.read.lowerBound) / detection.factor
                let isVoting = leads.indices.map {
                    !envelope.levels[$0].hasLostVote(at: place, of: leads[$0].values.count)
                }
                shapes.append(leads, isVoting: isVoting, at: place)
            }
        }
        guard withShapes else { return }
        for lead in leads.indices {
            statistics[lead].add(leads[lead], levels: envelope.levels[lead], rate: detection.rate)
        }
    }

    /// Spikes of several leads within 10 ms are one.
    private mutating func addSpikes(_ found: [Int]) {
        for spike in found {
            if let last = spikes.last, Double(spike - last) < 0.01 * detection.samplingRate { continue }
            spikes.append(spike)
        }
    }
}
