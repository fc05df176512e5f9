import CFLAC
import Files
import Foundation

/// A signal file in FLAC: a channel for each signal, up to eight.
///
/// With several samples per frame, a WFDB frame is that many FLAC samples of each channel.
///
/// - Source: WFDB Applications Guide, signal(5), formats 508, 516 and 524.
struct WFDBFLACFile: Sendable {
    let path: String
    let channels: Int
    /// The most bits per sample that the header's format allows.
    let bits: Int
    /// Samples of each channel; nil if the file does not say.
    let sampleCount: Int?

    /// Reads the stream's description.
    ///
    /// - Throws: `FileError`, `WFDBError.flac`.
    init(_ path: String, channels: Int, bits: Int) throws {
        (self.path, self.channels, self.bits) = (path, channels, bits)
        let stream = try Stream(path)
        try stream.step("the file's description") { FLAC__stream_decoder_process_until_end_of_metadata($0) }
        guard let info = stream.state.info else {
            throw WFDBError.flac(path: path, found: "no stream description", expected: "a FLAC file")
        }
        guard info.channels == channels else {
            throw WFDBError.flac(
                path: path, found: "\(info.channels) channels", expected: "\(channels), one for each signal")
        }
        guard info.bits <= bits else {
            throw WFDBError.flac(
                path: path, found: "\(info.bits) bits per sample", expected: "at most \(bits) in format \(500 + bits)")
        }
        sampleCount = info.sampleCount
    }

    /// Decodes samples in order, and passes them on as the decoder gives them.
    ///
    /// - Parameter body: gets the number of samples, and a pointer to them for each channel.
    /// - Throws: `FileError`, `WFDBError.flac` if the file is damaged or ends before `range` does; what `body` throws.
    func read(
        _ range: Range<Int>, _ body: (_ count: Int, _ channels: UnsafePointer<UnsafePointer<Int32>?>) throws -> Void
    ) throws {
        guard !range.isEmpty else { return }
        let stream = try Stream(path)
        try stream.step("the file's description") { FLAC__stream_decoder_process_until_end_of_metadata($0) }
        try withoutActuallyEscaping(body) { body in
            stream.state.receive = { [channels, bits] frame, samples in
                guard frame.channels == UInt32(channels), frame.bits_per_sample <= UInt32(bits) else {
                    throw WFDBError.flac(
                        path: path, found: "a block of \(frame.channels) channels and \(frame.bits_per_sample) bits",
                        expected: "\(channels) channels and at most \(bits) bits")
                }
                let wanted = min(Int(frame.blocksize), range.upperBound - stream.state.place)
                if wanted > 0 { try body(wanted, samples) }
                stream.state.place += Int(frame.blocksize)
            }
            defer { stream.state.receive = nil }
            stream.state.place = range.lowerBound
            if range.lowerBound > 0 {
                try stream.step("no sample \(range.lowerBound)") {
                    FLAC__stream_decoder_seek_absolute($0, UInt64(range.lowerBound))
                }
            }
            while stream.state.place < range.upperBound {
                let before = stream.state.place
                try stream.step("a damaged block after sample \(before)") { FLAC__stream_decoder_process_single($0) }
                guard !stream.isAtEnd || stream.state.place >= range.upperBound else {
                    throw WFDBError.flac(
                        path: path, found: "an end after sample \(stream.state.place)",
                        expected: "\(range.upperBound) samples")
                }
            }
        }
    }
}

/// An open FLAC file.
private final class Stream {
    /// Values that the decoder's callbacks set.
    final class State {
        var info: (channels: Int, bits: Int, sampleCount: Int?)?
        /// The next sample.
        var place = 0
        var receive: ((FLAC__FrameHeader, UnsafePointer<UnsafePointer<Int32>?>) throws -> Void)?
        /// The first error of a callback, or of the decoder.
        var error: Error?
        var damage: String?
    }

    let state = State()
    private let path: String
    private let decoder: UnsafeMutablePointer<FLAC__StreamDecoder>

    init(_ path: String) throws {
        self.path = path
        guard let file = fopen(path, "rbe") else {
            if errno == ENOENT || errno == ENOTDIR { throw FileError.missing(path: path) }
            throw FileError.lastError(reading: path)
        }
        guard let decoder = FLAC__stream_decoder_new() else {
            fclose(file)
            throw FileError.cannotRead(path: path, reason: "not enough memory")
        }
        self.decoder = decoder
        // The decoder closes the file.
        let status = FLAC__stream_decoder_init_FILE(
            decoder, file,
            { _, frame, samples, client in
                let state = Unmanaged<State>.fromOpaque(client!).takeUnretainedValue()
                do {
                    try state.receive?(frame!.pointee.header, samples!)
                    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE
                } catch {
                    state.error = state.error ?? error
                    return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT
                }
            },
            { _, metadata, client in
                guard let metadata = metadata?.pointee, metadata.type == FLAC__METADATA_TYPE_STREAMINFO else { return }
                let info = metadata.data.stream_info
                Unmanaged<State>.fromOpaque(client!).takeUnretainedValue().info = (
                    Int(info.channels), Int(info.bits_per_sample),
                    info.total_samples == 0 ? nil : Int(info.total_samples)
                )
            },
            { _, status, client in
                let state = Unmanaged<State>.fromOpaque(client!).takeUnretainedValue()
                state.damage = state.damage ?? "invalid FLAC data (libFLAC error \(status.rawValue))"
            }, Unmanaged.passUnretained(state).toOpaque())
        guard status == FLAC__STREAM_DECODER_INIT_STATUS_OK else {
            throw WFDBError.flac(path: path, found: "no FLAC data", expected: "a FLAC file")
        }
    }

    deinit {
        FLAC__stream_decoder_finish(decoder)
        FLAC__stream_decoder_delete(decoder)
    }

    var isAtEnd: Bool { FLAC__stream_decoder_get_state(decoder) == FLAC__STREAM_DECODER_END_OF_STREAM }

    /// Runs a step of the decoder.
    ///
    /// - Parameter failure: the error's `found` if the step fails without a reason.
    func step(_ failure: String, _ body: (UnsafeMutablePointer<FLAC__StreamDecoder>) -> FLAC__bool) throws {
        let isDone = body(decoder) != 0
        if let error = state.error { throw error }
        if let damage = state.damage { throw WFDBError.flac(path: path, found: damage, expected: "a FLAC file") }
        guard isDone else { throw WFDBError.flac(path: path, found: failure, expected: "a FLAC file") }
    }
}
