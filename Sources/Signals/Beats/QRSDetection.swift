import Foundation

/// Finds QRS complexes in pieces of a recording: what has to be known of it is some seconds around each complex.
struct QRSDetection {
    var selection = QRSSelection()

    static let pieceDuration = 300.0
    static let margin = 24.0
    static let blockDuration = 2.0

    /// A complex, with its candidate's properties.
    struct Complex: Sendable, Equatable {
        /// A sample of the recording.
        var sample: Int
        var height: Float
        var slope: Float
    }

    /// The piece that is read for one step: complexes are kept from `core` only.
    struct Piece: Equatable {
        let core: Range<Int>
        let read: Range<Int>
    }

    let samplingRate: Double
    /// The recording's rate over the working rate.
    let factor: Int
    let rate: Double
    let kernels: QRSEnvelope.Kernels

    init(samplingRate: Double) {
        self.samplingRate = samplingRate
        factor = max(1, Int(samplingRate / 100))
        rate = samplingRate / Double(factor)
        kernels = QRSEnvelope.Kernels(rate: rate)
    }

    /// Pieces lie on a grid from the first sample, so that they do not depend on how a recording is read.
    func pieces(of count: Int) -> [Piece] {
        let length = Int(Self.pieceDuration * rate) * factor
        let margin = Int(Self.margin * rate) * factor
        var pieces: [Piece] = []
        var start = 0
        while start < count {
            // No short piece at the end.
            let end = count - start < length * 3 / 2 ? count : start + length
            pieces.append(Piece(core: start ..< end, read: max(0, start - margin) ..< min(count, end + margin)))
            start = end
        }
        return pieces
    }

    /// The fused envelope of a piece and the levels of its leads.
    struct Envelope {
        let fused: FusedEnvelope
        let levels: [EnvelopeLevels]
    }

    /// - Precondition: `leads` is not empty.
    func envelope(of leads: [WorkingLead]) -> Envelope {
        let blocks = self.blocks(of: leads[0].values.count)
        let envelopes = leads.map { QRSEnvelope($0.values, kernels: kernels) }
        let levels = zip(envelopes, leads).map { EnvelopeLevels($0.values, isValid: $1.isValid, blocks: blocks) }
        let fused = FusedEnvelope(envelopes, levels: levels, isValid: leads.map(\.isValid), blocks: blocks)
        return Envelope(fused: fused, levels: levels)
    }

    /// The complexes of the piece's core.
    func complexes(in envelope: Envelope, piece: Piece) -> [Complex] {
        let candidates = QRSCandidates(envelope.fused, rate: rate)
        return selection.selected(candidates, envelope.fused.values, rate: rate).compactMap { index in
            let sample = piece.read.lowerBound + candidates.places[index] * factor
            guard piece.core.contains(sample) else { return nil }
            return Complex(sample: sample, height: candidates.heights[index], slope: candidates.slopes[index])
        }
    }

    /// The known complexes of the piece's core, each at the envelope's maximum within 60 ms.
    ///
    /// - Parameter samples: samples of the recording, ascending.
    func complexes(at samples: [Int], in envelope: Envelope, piece: Piece) -> [Complex] {
        let values = envelope.fused.values
        let reach = Int(0.06 * rate)
        return samples.filter(piece.core.contains).map { sample in
            let place = min((sample - piece.read.lowerBound) / factor, values.count - 1)
            let near = max(0, place - reach) ... min(values.count - 1, place + reach)
            var best = place
            for index in near where values[index] > values[best] { best = index }
            return Complex(
                sample: piece.read.lowerBound + best * factor, height: values[best],
                slope: envelope.fused.slopes[near].max()!)
        }
    }

    private func blocks(of count: Int) -> [Range<Int>] {
        let blocks = max(1, Int((Double(count) / (Self.blockDuration * rate)).rounded()))
        return (0 ..< blocks).map { $0 * count / blocks ..< ($0 + 1) * count / blocks }
    }
}

/// Humps of the fused envelope that may be QRS complexes, ascending.
struct QRSCandidates {
    /// Samples at the working rate.
    var places: [Int] = []
    /// Heights, where 1 is a usual complex.
    var heights: [Float] = []
    /// The steepest place within 80 ms.
    var slopes: [Float] = []

    var count: Int { places.count }

    /// Finds maxima above 0.08 that are the highest within 120 ms to either side.
    init(_ envelope: FusedEnvelope, rate: Double) {
        let values = envelope.values
        let distance = max(1, Int(0.12 * rate))
        let reach = Int(0.08 * rate)
        let edge = Int(0.02 * rate)
        var index = 0
        while index < values.count {
            let value = values[index]
            let isHump =
                value > 0.08 && (index == 0 || values[index - 1] < value)
                && (index + 1 == values.count || values[index + 1] <= value)
            if isHump {
                var isHighest = true
                for place in max(0, index - distance) ... min(values.count - 1, index + distance)
                where values[place] > value || (values[place] == value && place < index) {
                    isHighest = false
                    break
                }
                // At an end the complex's middle may lie outside: it has no place.
                if isHighest && index >= edge && index < values.count - edge {
                    places.append(index)
                    heights.append(value)
                    slopes.append(
                        envelope.slopes[max(0, index - reach) ... min(values.count - 1, index + reach)].max()!)
                }
            }
            index += 1
        }
    }
}
