extension WFDBSignalFormat {
    /// True for the formats that `WFDBRecordWriter` writes.
    public var canBeWritten: Bool {
        switch self {
        case .bits16, .bits24, .bits32, .bigEndian16, .offset8, .offset16, .packed12: true
        case .null, .difference8, .spread10, .packed10, .flac8, .flac16, .flac24: false
        }
    }

    /// Encodes samples, of which each is in the range of `bits`.
    ///
    /// - Precondition: the format can be written.
    func encode(_ samples: [Int32]) -> [UInt8] {
        precondition(canBeWritten, "format \(rawValue) is not written")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.bytes(of: samples.count))
        func append(_ value: UInt32, _ shifts: Int...) {
            for shift in shifts { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
        }
        if self == .packed12 {
            for place in stride(from: 0, to: samples.count, by: 2) {
                let first = UInt32(bitPattern: samples[place]) & 0xFFF
                let isLast = place + 1 == samples.count
                let second = isLast ? 0 : UInt32(bitPattern: samples[place + 1]) & 0xFFF
                append(first | (second >> 8) << 12, 0, 8)
                if !isLast { append(second, 0) }
            }
            return bytes
        }
        for sample in samples {
            let value = UInt32(bitPattern: sample)
            switch self {
            case .offset8: append(value &+ 128, 0)
            case .offset16: append(value &+ 32768, 0, 8)
            case .bigEndian16: append(value, 8, 0)
            case .bits24: append(value, 0, 8, 16)
            case .bits32: append(value, 0, 8, 16, 24)
            default: append(value, 0, 8)
            }
        }
        return bytes
    }
}
