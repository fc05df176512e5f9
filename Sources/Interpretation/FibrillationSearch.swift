import Foundation
import Signals

/// Searches for ventricular fibrillation and flutter: a trace that is never at rest and has one slow frequency.
///
/// Every second a window of four seconds gets a score. It is the share of samples beyond a fifth of the largest one,
/// less half of the leakage of the filter for a half wave, plus 0.3 times the power share of 2 to 9 Hz. Six of eight
/// windows above the limit start an episode. On `cudb`, 13 of 13 episodes start within 10 s; there and in `mitdb-ds1`
/// and `svdb`, 0.2 episodes per hour are false alarms.
///
/// - Source: Arafat et al., Signal, Image and Video Processing 5 (2011), threshold crossing sample count; Kuo &
///   Dillman, Computers in Cardiology (1978), VF filter leakage.
enum FibrillationSearch {
    /// Hz: about the rate at which the trace is looked at.
    private static let workingRate = 100.0
    private static let window = 4.0
    private static let limit = 0.42
    /// Windows above the limit, of so many in a row.
    private static let needed = (count: 6, of: 8)
    /// Hz: the frequencies of fibrillation's largest wave.
    private static let waves = 1.5 ... 9.0
    /// mV: a lower trace is noise.
    private static let lowest: Float = 0.05

    /// Returns the episodes in seconds, ascending, as seen in the first good lead.
    static func episodes(in recording: Recording, leads: [LeadQuality]) -> [ClosedRange<Double>] {
        let usable = leads.indices.filter { leads[$0].isUsable }
        guard let lead = usable.first(where: { leads[$0].grade == .good }) ?? usable.first,
            recording.samplingRate >= 60, recording.duration >= window
        else { return [] }
        let scores = Self.scores(recording.leads[lead], samplingRate: recording.samplingRate)
        return episodes(scores: scores, duration: recording.duration)
    }

    /// An episode runs from the first window above the limit to the last one.
    static func episodes(scores: [Double], duration: Double) -> [ClosedRange<Double>] {
        let isHigh = scores.map { $0 > limit }
        var result: [ClosedRange<Double>] = []
        for first in stride(from: 0, through: isHigh.count - needed.of, by: 1) {
            let block = first ..< first + needed.of
            guard block.count(where: { isHigh[$0] }) >= needed.count,
                let start = block.first(where: { isHigh[$0] }), let end = block.last(where: { isHigh[$0] })
            else { continue }
            // The middle half of each window.
            let span = Double(start) + 1 ... min(duration, Double(end) + window - 1)
            if let last = result.last, span.lowerBound <= last.upperBound {
                result[result.count - 1] = last.lowerBound ... max(last.upperBound, span.upperBound)
            } else {
                result.append(span)
            }
        }
        return result
    }

    /// One score per second of a lead, which is read in blocks with a margin to either side.
    ///
    /// A recording of up to an hour is one block. The filter forgets what is outside of the margin.
    static func scores(_ lead: Recording.Lead, samplingRate: Double, blockLength: Int = 3600) -> [Double] {
        let factor = max(1, Int(samplingRate / workingRate))
        let rate = samplingRate / Double(factor)
        // In samples of the lead.
        let (step, length) = (Int(rate) * factor, (Int(window * rate) - 1) * factor + 1)
        guard lead.sampleCount >= length else { return [] }
        let count = (lead.sampleCount - length) / step + 1
        let margin = 30
        var scores: [Double] = []
        for first in stride(from: 0, to: count, by: blockLength) {
            let last = min(count, first + blockLength)
            let start = max(0, first - margin)
            let end = last == count ? lead.sampleCount : min(lead.sampleCount, (last + margin) * step + length)
            let found = Self.scores(lead.samples(in: start * step ..< end), samplingRate: samplingRate)
            scores += found[first - start ..< last - start]
        }
        return scores
    }

    /// One score per second, of the window that starts there.
    static func scores(_ samples: [Float], samplingRate: Double) -> [Double] {
        let factor = max(1, Int(samplingRate / workingRate))
        let rate = samplingRate / Double(factor)
        var trace = Decimation.decimated(samples, by: factor)
        for index in trace.indices where !(abs(trace[index]) < 1e4) { trace[index] = index > 0 ? trace[index - 1] : 0 }
        let band = 1.0 ... min(30, 0.45 * rate)
        trace = ButterworthFilter.bandpass(order: 2, band: band, samplingRate: rate).zeroPhase(trace)
        let length = Int(window * rate)
        let spectrum = Spectrum(length: length, rate: rate, highest: band.upperBound)
        return stride(from: 0, through: trace.count - length, by: Int(rate)).map {
            score(trace[$0 ..< $0 + length], rate: rate, spectrum: spectrum)
        }
    }

    private static func score(_ window: ArraySlice<Float>, rate: Double, spectrum: Spectrum) -> Double {
        let trace = Array(window)
        let top = trace.reduce(0) { max($0, abs($1)) }
        guard top >= lowest else { return -1 }
        let (peak, share) = spectrum.peakAndShare(trace, of: 2 ... 9)
        guard waves.contains(peak) else { return -1 }
        return crossing(trace, rate: rate) - 0.5 * leakage(trace) + 0.3 * share
    }

    /// The share of samples beyond a fifth of the largest one, mean of two parts of three seconds with tapered ends.
    private static func crossing(_ trace: [Float], rate: Double) -> Double {
        let (length, taper) = (Int(3 * rate), 0.25 * rate)
        let starts = [0, min(trace.count - length, Int(rate / 2) + 1)]
        return starts.reduce(0.0) { sum, start in
            let part = (0 ..< length).map { index -> Float in
                let edge = min(Double(index), Double(length - 1 - index))
                let weight = edge < taper ? 0.5 * (1 - cos(.pi * edge / taper)) : 1
                return abs(trace[start + index]) * Float(weight)
            }
            let limit = 0.2 * part.max()!
            return sum + Double(part.count { $0 > limit }) / Double(length) / 2
        }
    }

    /// The share of the trace that remains when it is added to itself half a wave later.
    private static func leakage(_ trace: [Float]) -> Double {
        var (size, change): (Float, Float) = (0, 0)
        for index in 1 ..< trace.count {
            size += abs(trace[index])
            change += abs(trace[index] - trace[index - 1])
        }
        guard change > 0 else { return 1 }
        let half = min(max(Int((Float.pi * size / change + 0.5).rounded()), 1), trace.count / 2)
        var (sum, whole): (Float, Float) = (0, 0)
        for index in half ..< trace.count {
            sum += abs(trace[index] + trace[index - half])
            whole += abs(trace[index]) + abs(trace[index - half])
        }
        return whole > 0 ? Double(sum / whole) : 1
    }

    /// Power at multiples of 0.25 Hz.
    private struct Spectrum {
        private let frequencies: [Double]
        private let cosines: [[Float]]
        private let sines: [[Float]]

        init(length: Int, rate: Double, highest: Double) {
            frequencies = stride(from: 0.5, through: highest, by: 0.25).map { $0 }
            let hann = (0 ..< length).map { 0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(length - 1)) }
            cosines = frequencies.map { frequency in
                hann.indices.map { Float(hann[$0] * cos(2 * .pi * frequency * Double($0) / rate)) }
            }
            sines = frequencies.map { frequency in
                hann.indices.map { Float(hann[$0] * sin(2 * .pi * frequency * Double($0) / rate)) }
            }
        }

        /// The frequency of the largest power up to 20 Hz, and the power share of a band.
        func peakAndShare(_ trace: [Float], of band: ClosedRange<Double>) -> (peak: Double, share: Double) {
            var (best, peak): (Float, Double) = (-1, 0)
            var (inside, total): (Float, Float) = (0, 0)
            for (place, frequency) in frequencies.enumerated() {
                var (real, imaginary): (Float, Float) = (0, 0)
                cosines[place].withUnsafeBufferPointer { cosine in
                    sines[place].withUnsafeBufferPointer { sine in
                        for index in trace.indices {
                            real += trace[index] * cosine[index]
                            imaginary += trace[index] * sine[index]
                        }
                    }
                }
                let power = real * real + imaginary * imaginary
                if power > best, frequency <= 20 { (best, peak) = (power, frequency) }
                if band.contains(frequency) { inside += power }
                total += power
            }
            return (peak, total > 0 ? Double(inside / total) : 0)
        }
    }
}
