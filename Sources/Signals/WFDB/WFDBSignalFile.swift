import Files
import Foundation

/// A signal file: the samples of one or more signals, frame by frame.
struct WFDBSignalFile: Sendable {
    /// The signals in the file, as indices of the header's signals.
    let members: Range<Int>
    /// The signals, in the order of their samples in a frame.
    let signals: [WFDBHeader.Signal]
    let frameCount: Int
    /// Samples of all signals in a frame.
    let frameSize: Int

    private let path: String
    private let format: WFDBSignalFormat
    private let offset: Int
    private let compressed: WFDBFLACFile?
    /// Format 8 only: the last sample of each signal before frames 0, `checkpointDistance` and so on.
    private var checkpoints: [Int32] = []

    private static let checkpointDistance = 1 << 16
    /// Samples decoded at once.
    private static let blockSize = 1 << 15

    /// Checks the file's size, and reads all of it in format 8.
    ///
    /// - Parameters:
    ///   - members: the signals of the file, as indices of the header's signals.
    ///   - headerPath: the header's path; the file is in the same folder.
    /// - Throws: `FileError`, `WFDBError`.
    init(_ members: Range<Int>, of header: WFDBHeader, headerPath: String) throws {
        let signals = Array(header.signals[members])
        (self.members, self.signals) = (members, signals)
        format = signals[0].format
        let offset = signals.first { $0.offset != 0 }?.offset ?? 0
        self.offset = offset
        frameSize = signals.reduce(0) { $0 + $1.samplesPerFrame }
        let path = WFDBPath.sibling(signals[0].file, of: headerPath)
        self.path = path
        guard signals.allSatisfy({ $0.format == signals[0].format }) else {
            throw WFDBError.unsupported(
                path: headerPath, line: nil, found: "more than one format in \(signals[0].file)",
                supported: "one format for each file")
        }
        guard signals.allSatisfy({ [0, offset].contains($0.offset) }) else {
            throw WFDBError.unsupported(
                path: headerPath, line: nil, found: "more than one byte offset in \(signals[0].file)",
                supported: "one byte offset for each file")
        }
        if let bits = format.flacBits {
            guard signals.allSatisfy({ $0.samplesPerFrame == signals[0].samplesPerFrame }) else {
                throw WFDBError.unsupported(
                    path: headerPath, line: nil, found: "a FLAC file with different numbers of samples per frame",
                    supported: "the same number for all signals of a FLAC file")
            }
            let file = try WFDBFLACFile(path, channels: signals.count, bits: bits)
            compressed = file
            frameCount = try Self.frames(
                file, offset: offset, perFrame: signals[0].samplesPerFrame, declared: header.frameCount)
        } else {
            compressed = nil
            frameCount = try Self.frames(format, path, offset: offset, size: frameSize, declared: header.frameCount)
        }
        guard frameCount > 0 else { throw WFDBError.noSamples(path: path) }
        if format == .difference8 { checkpoints = try makeCheckpoints() }
    }

    private static func frames(
        _ format: WFDBSignalFormat, _ path: String, offset: Int, size: Int, declared: Int?
    ) throws -> Int {
        let bytes = try WFDBOpenFile(path).size
        let stored = max(0, bytes - offset)
        let groupBytes = format.bytes(of: format.samplesPerGroup)
        // Also a bound for the declared number, before it is multiplied.
        let fitting = (stored / groupBytes + 1) * format.samplesPerGroup / size
        let frames = declared ?? stored / groupBytes * format.samplesPerGroup / size
        guard frames <= fitting, format.bytes(of: frames * size) <= stored else {
            let (samples, isHuge) = frames.multipliedReportingOverflow(by: size)
            let needed = isHuge || samples > 1 << 60 ? Int.max : offset + format.bytes(of: samples)
            throw WFDBError.tooShort(path: path, expected: needed, found: bytes)
        }
        return frames
    }

    private static func frames(_ file: WFDBFLACFile, offset: Int, perFrame: Int, declared: Int?) throws -> Int {
        guard let stored = file.sampleCount.map({ max(0, $0 - offset) / perFrame }) else {
            guard let declared else {
                throw WFDBError.flac(
                    path: file.path, found: "no number of samples", expected: "one in the file or in the header")
            }
            return declared
        }
        if let declared, declared > stored {
            throw WFDBError.flac(
                path: file.path, found: "\(stored) samples of each signal", expected: "\(declared) as in the header")
        }
        return declared ?? stored
    }

    /// Decodes frames in order, block by block.
    ///
    /// - Parameter body: gets the number of the block's first frame, and the samples of whole frames.
    /// - Throws: `FileError`, `WFDBError`; what `body` throws.
    func read(
        _ frames: Range<Int>, _ body: (_ first: Int, _ samples: UnsafeBufferPointer<Int32>) throws -> Void
    ) throws {
        precondition(frames.lowerBound >= 0 && frames.upperBound <= frameCount, "frames \(frames) of \(frameCount)")
        if let compressed { return try read(frames, of: compressed, body) }
        guard format == .difference8 else { return try readStored(frames, body) }
        let start = frames.lowerBound / Self.checkpointDistance
        var sums = Array(checkpoints[start * signals.count ..< (start + 1) * signals.count])
        try readStored(start * Self.checkpointDistance ..< frames.upperBound) { first, samples in
            try withUnsafeTemporaryAllocation(of: Int32.self, capacity: samples.count) { values in
                sum(samples, into: values, &sums)
                let skipped = min(max(0, frames.lowerBound - first), samples.count / frameSize)
                let wanted = UnsafeBufferPointer(rebasing: values[(skipped * frameSize)...])
                if !wanted.isEmpty { try body(first + skipped, wanted) }
            }
        }
    }

    /// Decodes stored values, which are differences in format 8.
    private func readStored(
        _ frames: Range<Int>, _ body: (_ first: Int, _ samples: UnsafeBufferPointer<Int32>) throws -> Void
    ) throws {
        let file = try WFDBOpenFile(path)
        let framesPerBlock = max(1, Self.blockSize / frameSize)
        let group = format.samplesPerGroup
        var bytes = [UInt8](repeating: 0, count: format.bytes(of: framesPerBlock * frameSize + 2 * group))
        var samples = [Int32](repeating: 0, count: framesPerBlock * frameSize + group)
        for first in stride(from: frames.lowerBound, to: frames.upperBound, by: framesPerBlock) {
            let last = min(first + framesPerBlock, frames.upperBound)
            // Bytes are read from the start of a group on.
            let start = first * frameSize / group * group
            let (skipped, count) = (first * frameSize - start, last * frameSize - start)
            let size = format.bytes(of: count)
            try bytes.withUnsafeMutableBytes { bytes in
                try file.read(
                    UnsafeMutableRawBufferPointer(rebasing: bytes[..<size]), at: offset + format.bytes(of: start))
                try samples.withUnsafeMutableBufferPointer { samples in
                    format.decode(UnsafeRawBufferPointer(bytes), into: .init(rebasing: samples[..<count]))
                    try body(first, UnsafeBufferPointer(rebasing: samples[skipped ..< count]))
                }
            }
        }
    }

    private func read(
        _ frames: Range<Int>, of file: WFDBFLACFile,
        _ body: (_ first: Int, _ samples: UnsafeBufferPointer<Int32>) throws -> Void
    ) throws {
        // Samples of a channel in a frame.
        let perFrame = signals[0].samplesPerFrame
        var block = [Int32](repeating: 0, count: max(1, Self.blockSize / frameSize) * frameSize)
        var (first, filled) = (frames.lowerBound, 0)
        func flush() throws {
            try block.withUnsafeBufferPointer { try body(first, .init(rebasing: $0[..<(filled * signals.count)])) }
            (first, filled) = (first + filled / perFrame, 0)
        }
        let samples = offset + frames.lowerBound * perFrame ..< offset + frames.upperBound * perFrame
        try file.read(samples) { count, channels in
            for place in 0 ..< count {
                let start = filled / perFrame * frameSize + filled % perFrame
                for channel in signals.indices { block[start + channel * perFrame] = channels[channel]![place] }
                filled += 1
                if filled * signals.count == block.count { try flush() }
            }
        }
        if filled > 0 { try flush() }
    }
}

extension WFDBSignalFile {
    /// Adds up the differences of whole frames.
    ///
    /// - Parameter sums: the last sample of each signal before the frames; afterwards that of the last frame.
    private func sum(
        _ differences: UnsafeBufferPointer<Int32>, into values: UnsafeMutableBufferPointer<Int32>, _ sums: inout [Int32]
    ) {
        var place = 0
        while place < differences.count {
            for (number, signal) in signals.enumerated() {
                for _ in 0 ..< signal.samplesPerFrame {
                    sums[number] &+= differences[place]
                    values[place] = sums[number]
                    place += 1
                }
            }
        }
    }

    /// Computes the samples from which pieces are read without all frames before them.
    private func makeCheckpoints() throws -> [Int32] {
        var sums = signals.map { Int32(truncatingIfNeeded: $0.initialValue) }
        var checkpoints: [Int32] = []
        for start in stride(from: 0, to: frameCount, by: Self.checkpointDistance) {
            checkpoints += sums
            try readStored(start ..< min(start + Self.checkpointDistance, frameCount)) { _, samples in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: samples.count) {
                    sum(samples, into: $0, &sums)
                }
            }
        }
        return checkpoints
    }
}

/// A file open for reading.
final class WFDBOpenFile {
    let size: Int
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        // Not to wait for a writer where the name is that of a pipe.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            size = 0
            if errno == ENOENT || errno == ENOTDIR { throw FileError.missing(path: path) }
            throw FileError.lastError(reading: path)
        }
        size = Int(status.st_size)
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError.isFolder(path: path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError.cannotRead(path: path, reason: "it is not a regular file")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Fills `bytes` from byte `place` of the file on.
    func read(_ bytes: UnsafeMutableRawBufferPointer, at place: Int) throws {
        var count = 0
        while count < bytes.count {
            let found = pread(descriptor, bytes.baseAddress! + count, bytes.count - count, off_t(place + count))
            if found < 0, errno == EINTR { continue }
            guard found >= 0 else { throw FileError.lastError(reading: path) }
            guard found > 0 else {
                throw WFDBError.tooShort(path: path, expected: place + bytes.count, found: place + count)
            }
            count += found
        }
    }
}
