import Foundation

/// Reads the signals of a record that is stored in one piece.
struct WFDBSegmentReader: Sendable {
    let header: WFDBHeader
    /// Frames of every signal.
    let frameCount: Int
    private let path: String
    private let files: [WFDBSignalFile]

    /// Checks the sizes of the signal files.
    ///
    /// - Parameter path: the header's path.
    /// - Throws: `FileError`, `WFDBError`.
    init(_ header: WFDBHeader, path: String) throws {
        (self.header, self.path) = (header, path)
        files = try Self.groups(header, path).map { try WFDBSignalFile($0, of: header, headerPath: path) }
        guard let frameCount = header.frameCount ?? files.map(\.frameCount).min() else {
            throw WFDBError.noSamples(path: path)
        }
        self.frameCount = frameCount
    }

    /// The signals of each file, which are listed one after the other.
    private static func groups(_ header: WFDBHeader, _ path: String) throws -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var names: Set<String> = []
        for (index, signal) in header.signals.enumerated() where !signal.isNull {
            if let last = groups.last, last.upperBound == index, header.signals[last.lowerBound].file == signal.file {
                groups[groups.count - 1] = last.lowerBound ..< index + 1
            } else if names.insert(signal.file).inserted {
                groups.append(index ..< index + 1)
            } else {
                throw WFDBError.unsupported(
                    path: path, line: nil, found: "a list that mentions \(signal.file) in two places",
                    supported: "signals of one file listed one after the other")
            }
        }
        return groups
    }

    /// Reads samples in mV into leads.
    ///
    /// Checksums are verified if all frames are read.
    ///
    /// - Parameters:
    ///   - frames: a part of the record.
    ///   - leads: the samples of each lead, NaN before.
    ///   - targets: the lead of each signal; nil for signals that are not wanted.
    ///   - start: the frame in `leads` that gets the first one.
    ///   - rate: samples per frame of the leads; signals with fewer repeat theirs.
    /// - Throws: `FileError`, `WFDBError`.
    func read(_ frames: Range<Int>, into leads: inout [[Float]], targets: [Int?], start: Int, rate: Int) throws {
        precondition(frames.lowerBound >= 0 && frames.upperBound <= frameCount, "frames \(frames) of \(frameCount)")
        for file in files {
            let skew = file.signals.reduce(0) { max($0, $1.skew) }
            let stored = min(frames.lowerBound, file.frameCount) ..< min(frames.upperBound + skew, file.frameCount)
            var sums = [Int32](repeating: 0, count: file.signals.count)
            try file.read(stored) { first, samples in
                file.add(samples, to: &sums)
                var place = 0
                for (index, signal) in zip(file.members, file.signals) {
                    defer { place += signal.samplesPerFrame }
                    guard let lead = targets[index], let unit = signal.millivolts else { continue }
                    let places = (0 ..< rate).map { place + $0 * signal.samplesPerFrame / rate }
                    let conversion = Conversion(
                        signal: signal, unit: unit, places: places, frameSize: file.frameSize)
                    // The frame in `leads` of the block's first frame.
                    let shift = first - signal.skew - frames.lowerBound + start
                    leads[lead].withUnsafeMutableBufferPointer {
                        conversion.write(samples, to: $0, shift: shift, within: start ..< start + frames.count)
                    }
                }
            }
            if stored == 0 ..< file.frameCount { try check(sums, of: file) }
        }
    }

    private func check(_ sums: [Int32], of file: WFDBSignalFile) throws {
        for (sum, signal) in zip(sums, file.signals) {
            guard let checksum = signal.checksum else { continue }
            let (found, expected) = (Int16(truncatingIfNeeded: sum), Int16(truncatingIfNeeded: checksum))
            guard found == expected else {
                throw WFDBError.checksum(
                    path: WFDBPath.sibling(signal.file, of: path), signal: signal.description, expected: Int(expected),
                    found: Int(found))
            }
        }
    }
}

/// Converts ADC units of one signal to mV.
private struct Conversion {
    let signal: WFDBHeader.Signal
    /// mV per physical unit.
    let unit: Double
    /// Where in a frame each sample of the lead is.
    let places: [Int]
    let frameSize: Int

    /// - Parameters:
    ///   - samples: whole frames.
    ///   - lead: all samples of the lead.
    ///   - shift: the frame of the lead that the first one belongs to; may be negative.
    ///   - range: the frames of the lead that may be written.
    func write(
        _ samples: UnsafeBufferPointer<Int32>, to lead: UnsafeMutableBufferPointer<Float>, shift: Int,
        within range: Range<Int>
    ) {
        let start = max(range.lowerBound, shift)
        let frames = start ..< max(start, min(range.upperBound, shift + samples.count / frameSize))
        // Outside of 32 bits, and so no sample, in formats without a mark.
        let invalid = signal.format.invalid.map { Int($0) } ?? .min
        let (baseline, gain) = (Double(signal.baseline), signal.gain)
        var target = frames.lowerBound * places.count
        for frame in frames {
            let source = (frame - shift) * frameSize
            for place in places {
                let sample = Int(samples[source + place])
                // In the order of the wfdb package, for the same rounding.
                lead[target] = sample == invalid ? .nan : Float((Double(sample) - baseline) / gain * unit)
                target += 1
            }
        }
    }
}

extension WFDBSignalFile {
    /// Adds the samples of whole frames to the sum of each signal.
    fileprivate func add(_ samples: UnsafeBufferPointer<Int32>, to sums: inout [Int32]) {
        var place = 0
        for (number, signal) in signals.enumerated() {
            for within in place ..< place + signal.samplesPerFrame {
                var sum: Int32 = 0
                for index in stride(from: within, to: samples.count, by: frameSize) { sum &+= samples[index] }
                sums[number] &+= sum
            }
            place += signal.samplesPerFrame
        }
    }
}
