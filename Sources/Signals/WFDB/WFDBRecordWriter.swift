import Files
import Foundation

/// Writes recordings as WFDB records: a signal file and a header.
///
/// ```swift
/// var writer = WFDBRecordWriter()
/// writer.patient = Patient(age: 56, sex: .male)
/// try writer.write(recording, to: "results/100")
/// ```
public struct WFDBRecordWriter: Sendable {
    /// One of those that `canBeWritten`.
    public var format = WFDBSignalFormat.bits16
    /// ADC units per mV, for all leads; nil for the most that each lead's range allows: 1, 2 or 5 times a power of ten,
    /// at most a million.
    public var gain: Double?
    public var patient = Patient()
    /// Lines for the header, after those about the patient.
    public var comments: [String] = []
    /// Date and time of the first sample. A date alone is written with 0:00:00, as the format demands.
    public var start: DateComponents?

    public init(format: WFDBSignalFormat = .bits16, gain: Double? = nil) {
        (self.format, self.gain) = (format, gain)
    }

    /// Writes `path`.dat, and then `path`.hea.
    ///
    /// Each file is written under another name and then renamed. A header is therefore never seen without all of its
    /// samples. While a record is replaced, the old header does not match the new samples for a moment.
    ///
    /// NaN is stored as the format's value for a missing sample.
    ///
    /// - Parameters:
    ///   - recording: has at least one lead and one sample, and at most 256 leads.
    ///   - path: the record's name after its folder, which exists.
    /// - Throws: `WFDBError.name`, `WFDBError.outOfRange`, `WFDBError.unsupported`, `FileError`.
    /// - Precondition: `gain` is from 10⁻⁶ to 10⁶; the format can be written.
    public func write(_ recording: Recording, to path: String) throws {
        precondition(gain.map(Self.gainRange.contains) ?? true, "a gain of \(gain ?? 0)")
        precondition(format.canBeWritten, "format \(format.rawValue) is not written")
        precondition(recording.sampleCount > 0 && recording.leads.count <= WFDBHeader.signalLimit, "no WFDB recording")
        let name = String(path.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
        guard WFDBPath.isValid(name) else { throw WFDBError.name(path: path, found: name) }
        guard WFDBHeader.rates.contains(recording.samplingRate) else {
            throw WFDBError.unsupported(
                path: path, line: nil, found: "a sampling rate of \(recording.samplingRate) Hz",
                supported: "0.001 to 1000000 Hz")
        }
        var header = WFDBHeader(
            record: name, samplingRate: recording.samplingRate, counterFrequency: recording.samplingRate,
            signalCount: recording.leads.count)
        header.frameCount = recording.sampleCount
        header.baseTime = start
        header.baseDate = start
        header.comments = patient.comments + comments
        var samples = [Int32](repeating: 0, count: recording.leads.count * recording.sampleCount)
        for (index, lead) in recording.leads.enumerated() {
            let scale = try scale(of: lead, path: path)
            var signal = WFDBHeader.Signal(file: name + ".dat", format: format, description: lead.name)
            (signal.gain, signal.baseline, signal.resolution) = (scale.gain, scale.baseline, format.bits)
            var sum: Int32 = 0
            for (place, value) in lead.samples.enumerated() {
                let sample = try self.sample(value, scale, lead.name, path)
                samples[place * recording.leads.count + index] = sample
                sum &+= sample
            }
            signal.initialValue = Int(samples[index])
            signal.checksum = Int(Int16(truncatingIfNeeded: sum))
            header.signals.append(signal)
        }
        try AtomicFile.write(Data(format.encode(samples)), to: path + ".dat")
        try AtomicFile.write(header.text, to: path + ".hea")
    }

    private static let gainRange = 1e-6 ... 1e6

    private struct Scale {
        var gain: Double
        var baseline = 0
    }

    /// The largest sample; the smallest valid one is its opposite.
    private var largest: Double { Double(Int32.max >> Int32(32 - format.bits)) }

    /// Chooses gain and baseline of a lead.
    private func scale(of lead: Recording.Lead, path: String) throws -> Scale {
        if let gain { return Scale(gain: gain) }
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in lead.samples where value.isFinite {
            (low, high) = (min(low, Double(value)), max(high, Double(value)))
        }
        guard low <= high else { return Scale(gain: WFDBHeader.Signal.standardGain) }
        // Zero is in the middle, unless that would waste most of the range on an offset.
        let middle = low > 0 || high < 0 ? (low + high) / 2 : 0
        let gain = Self.gain(below: min(largest / max(high - middle, middle - low), Double(Int32.max) / abs(middle)))
        return Scale(gain: gain, baseline: Int(-(middle * gain).rounded()))
    }

    /// The greatest number of the series 0.1, 0.2, 0.5, 1 … that is below `limit` and in `gainRange`.
    private static func gain(below limit: Double) -> Double {
        guard limit < gainRange.upperBound else { return gainRange.upperBound }
        guard limit > gainRange.lowerBound else { return gainRange.lowerBound }
        let power = pow(10, floor(log10(limit)))
        // A little less, for the rounding of sample and baseline.
        return ([5, 2, 1, 0.5].map { $0 * power }.first { $0 <= limit * 0.99 } ?? power / 2)
    }

    private func sample(_ value: Float, _ scale: Scale, _ lead: String, _ path: String) throws -> Int32 {
        let invalid = format.invalid!
        guard !value.isNaN else { return invalid }
        let units = (Double(value) * scale.gain).rounded() + Double(scale.baseline)
        guard abs(units) <= largest else {
            throw WFDBError.outOfRange(
                path: path, lead: lead, millivolts: value, format: format.rawValue, gain: scale.gain)
        }
        return Int32(units)
    }
}
