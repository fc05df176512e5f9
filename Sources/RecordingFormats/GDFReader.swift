import Foundation
import Signals

/// Reads GDF, the output of biosig's `save2gdf`, which reads SCP-ECG.
///
/// - Source: Schlögl, GDF: a general dataformat for biosignals, version 2.51, arXiv:cs/0608052.
enum GDFReader {
    /// Converts a file with biosig and reads the result.
    ///
    /// - Throws: `RecordingFormatError`.
    static func readConverted(_ path: String, kind: RecordingKind) throws -> (Recording, Patient) {
        let data = try Converter.biosig.output(of: path) { input, output in ["-f=GDF", "-z=0", input, output] }
        return try read(data, path: path, kind: kind)
    }

    private struct Channel {
        let name: String
        /// mV per unit and at zero; nil if the channel is not a voltage.
        let scale: (gain: Double, zero: Double)?
        let samplesPerRecord: Int
        let size: Int
        let value: (UnsafeRawBufferPointer, Int) -> Double
    }

    /// - Parameter kind: the kind of the original file, for errors.
    static func read(_ data: Data, path: String, kind: RecordingKind) throws -> (Recording, Patient) {
        try data.withUnsafeBytes { bytes in
            func invalid(_ found: String, _ expected: String) -> RecordingFormatError {
                .invalid(path: path, kind: kind, found: found, expected: expected)
            }
            func load<Value>(_ place: Int, as type: Value.Type) -> Value {
                bytes.loadUnaligned(fromByteOffset: place, as: type)
            }
            guard bytes.count >= 256, bytes.starts(with: "GDF 2".utf8) else {
                throw invalid("no GDF 2 header in the converted file", "one")
            }
            let count = Int(load(252, as: UInt16.self))
            let start = 256 * Int(load(184, as: UInt16.self))
            let records = load(236, as: Int64.self)
            let duration = load(244, as: Double.self)
            guard count > 0, start >= 256 * (count + 1), start <= bytes.count else {
                throw invalid("a header of \(start) bytes for \(count) channels", "256 bytes for each")
            }
            guard records > 0, records < LeadParts.placeLimit, duration > 0, duration < 1e6 else {
                throw invalid("\(records) data records of \(duration) s", "at least one")
            }
            let channels = try (0 ..< count).map { channel in
                func place(_ before: Int, _ size: Int) -> Int { 256 + before * count + channel * size }
                let label = bytes[place(0, 16) ..< place(0, 16) + 16].prefix { $0 != 0 }
                let type = load(place(220, 4), as: UInt32.self)
                guard let format = types[type] else { throw invalid("samples of type \(type)", "numbers") }
                let samples = load(place(216, 4), as: UInt32.self)
                let (low, high) = (load(place(104, 8), as: Double.self), load(place(112, 8), as: Double.self))
                let (from, to) = (load(place(120, 8), as: Double.self), load(place(128, 8), as: Double.self))
                let gain = (high - low) / (to - from)
                let unit = millivolts[load(place(102, 2), as: UInt16.self)]
                guard samples <= 1 << 24 else { throw invalid("\(samples) samples in a record", "fewer") }
                return Channel(
                    name: LeadText.name(String(decoding: label, as: UTF8.self)),
                    scale: unit.flatMap { gain.isFinite && gain != 0 ? ($0 * gain, $0 * (low - from * gain)) : nil },
                    samplesPerRecord: Int(samples), size: format.size, value: format.value)
            }
            let recordSize = channels.reduce(0) { $0 + $1.samplesPerRecord * $1.size }
            guard recordSize > 0, Int(records) <= (bytes.count - start) / recordSize else {
                throw invalid("\(bytes.count - start) bytes of samples", "\(records) records of \(recordSize) bytes")
            }
            let voltages = channels.filter { $0.scale != nil && $0.samplesPerRecord > 0 }
            guard let perRecord = voltages.map(\.samplesPerRecord).max() else {
                throw RecordingFormatError.noVoltage(path: path, kind: kind, units: [])
            }
            var parts = LeadParts()
            var offset = start
            for channel in channels {
                defer { offset += channel.samplesPerRecord * channel.size }
                guard let scale = channel.scale, channel.samplesPerRecord == perRecord else { continue }
                var samples: [Float] = []
                samples.reserveCapacity(Int(records) * perRecord)
                for record in 0 ..< Int(records) {
                    for index in 0 ..< perRecord {
                        let value = channel.value(bytes, offset + record * recordSize + index * channel.size)
                        samples.append(Float(value * scale.gain + scale.zero))
                    }
                }
                _ = parts.add(channel.name, start: 0, samples: samples)
            }
            var patient = Patient()
            patient.sex = [1: .male, 2: .female][bytes[87] & 3]
            patient.age = age(birth: load(176, as: UInt64.self), start: load(168, as: UInt64.self))
            let rate = Double(perRecord) / duration
            // The duration is rounded: 0.002 s for 500 Hz.
            let whole = rate.rounded()
            return (
                try parts.recording(
                    samplingRate: abs(rate - whole) < 1e-6 * whole ? whole : rate, path: path, kind: kind),
                patient
            )
        }
    }

    /// Times are in units of 2⁻³² days; 0 if unknown.
    private static func age(birth: UInt64, start: UInt64) -> Double? {
        birth == 0 || start == 0 ? nil : Dates.years(from: Int(birth >> 32), to: Int(start >> 32))
    }

    /// Millivolts per unit, by the codes of ISO/IEEE 11073-10101.
    private static let millivolts: [UInt16: Double] = [4256: 1e3, 4274: 1, 4275: 1e-3, 4276: 1e-6]

    private static let types: [UInt32: (size: Int, value: @Sendable (UnsafeRawBufferPointer, Int) -> Double)] = [
        1: (1, { Double(Int8(bitPattern: $0[$1])) }), 2: (1, { Double($0[$1]) }),
        3: (2, { Double($0.loadUnaligned(fromByteOffset: $1, as: Int16.self)) }),
        4: (2, { Double($0.loadUnaligned(fromByteOffset: $1, as: UInt16.self)) }),
        5: (4, { Double($0.loadUnaligned(fromByteOffset: $1, as: Int32.self)) }),
        6: (4, { Double($0.loadUnaligned(fromByteOffset: $1, as: UInt32.self)) }),
        16: (4, { Double($0.loadUnaligned(fromByteOffset: $1, as: Float.self)) }),
        17: (8, { $0.loadUnaligned(fromByteOffset: $1, as: Double.self) }),
    ]
}
