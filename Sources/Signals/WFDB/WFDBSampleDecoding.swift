extension WFDBSignalFormat {
    /// Decodes the first `samples.count` samples of `bytes`; differences in format 8 are left as they are.
    ///
    /// - Precondition: `bytes` starts with a group and has at least `bytes(of: samples.count)` bytes; the format is
    ///   not compressed.
    func decode(_ bytes: UnsafeRawBufferPointer, into samples: UnsafeMutableBufferPointer<Int32>) {
        precondition(bytes.count >= self.bytes(of: samples.count), "\(samples.count) samples in \(bytes.count) bytes")
        let whole = samples.count - samples.count % samplesPerGroup
        decodeGroups(bytes, into: UnsafeMutableBufferPointer(rebasing: samples[..<whole]))
        guard whole < samples.count else { return }
        // The last group, which may lack bytes.
        var group: (UInt32, UInt32) = (0, 0)
        withUnsafeMutableBytes(of: &group) {
            $0.copyMemory(from: .init(rebasing: bytes[self.bytes(of: whole)...].prefix(4)))
        }
        var last: (Int32, Int32, Int32) = (0, 0, 0)
        withUnsafeBytes(of: group) { group in
            withUnsafeMutableBytes(of: &last) {
                decodeGroups(group, into: .init(rebasing: $0.bindMemory(to: Int32.self)[..<samplesPerGroup]))
            }
        }
        withUnsafeBytes(of: last) { last in
            for index in whole ..< samples.count {
                samples[index] = last.loadUnaligned(fromByteOffset: 4 * (index - whole), as: Int32.self)
            }
        }
    }

    /// Decodes whole groups.
    private func decodeGroups(_ bytes: UnsafeRawBufferPointer, into samples: UnsafeMutableBufferPointer<Int32>) {
        func word(_ place: Int) -> UInt16 {
            UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self))
        }
        func byte(_ place: Int) -> UInt32 { UInt32(bytes[place]) }
        let count = samples.count
        switch self {
        case .null, .flac8, .flac16, .flac24: preconditionFailure("format \(rawValue) has no fixed size")
        case .difference8: for index in 0 ..< count { samples[index] = Int32(Int8(bitPattern: bytes[index])) }
        case .offset8: for index in 0 ..< count { samples[index] = Int32(bytes[index]) - 128 }
        case .bits16: for index in 0 ..< count { samples[index] = Int32(Int16(bitPattern: word(2 * index))) }
        case .bigEndian16:
            for index in 0 ..< count { samples[index] = Int32(Int16(bitPattern: word(2 * index).byteSwapped)) }
        case .offset16: for index in 0 ..< count { samples[index] = Int32(word(2 * index)) - 32768 }
        case .bits24:
            for index in 0 ..< count {
                samples[index] = Self.signed(UInt32(word(3 * index)) | byte(3 * index + 2) << 16, bits: 24)
            }
        case .bits32:
            for index in 0 ..< count {
                samples[index] = Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self))
            }
        case .packed12:
            for pair in 0 ..< count / 2 {
                let (first, middle, last) = (byte(3 * pair), byte(3 * pair + 1), byte(3 * pair + 2))
                samples[2 * pair] = Self.signed(first | (middle & 0x0F) << 8, bits: 12)
                samples[2 * pair + 1] = Self.signed(last | (middle & 0xF0) << 4, bits: 12)
            }
        case .spread10:
            for group in 0 ..< count / 3 {
                let (first, second) = (UInt32(word(4 * group)), UInt32(word(4 * group + 2)))
                samples[3 * group] = Self.signed(first >> 1, bits: 10)
                samples[3 * group + 1] = Self.signed(second >> 1, bits: 10)
                samples[3 * group + 2] = Self.signed(first >> 11 | (second >> 11) << 5, bits: 10)
            }
        case .packed10:
            for group in 0 ..< count / 3 {
                let all = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * group, as: UInt32.self))
                for place in 0 ..< 3 { samples[3 * group + place] = Self.signed(all >> UInt32(10 * place), bits: 10) }
            }
        }
    }

    /// Two's complement of the lowest bits.
    private static func signed(_ value: UInt32, bits: Int) -> Int32 {
        Int32(bitPattern: value << UInt32(32 - bits)) >> Int32(32 - bits)
    }
}
