import APIErrors
import Foundation

/// Parses a `multipart/form-data` body in pieces of any size.
///
/// It buffers at most the headers of one part, or the bytes that may start a delimiter. It is strict: lines end with CRLF,
/// a line that starts like a delimiter must be one, and the last delimiter is required.
///
/// - Source: RFC 2046, section 5.1.1; RFC 7578.
struct MultipartParser {
    enum Event: Equatable {
        /// The start of a part.
        case part(MultipartPart)
        /// A piece of the part's content, never empty.
        case content(ArraySlice<UInt8>)
        /// The end of the part.
        case end
    }

    private enum State {
        /// Before the first delimiter. The content is skipped.
        case preamble
        /// After a delimiter: blanks and a line end, or the two hyphens of the last delimiter.
        case delimiterLine
        case headers
        case content
        /// After the last delimiter. The content is skipped.
        case epilogue
    }

    /// CRLF, two hyphens and the boundary.
    private let delimiter: [UInt8]
    private let headerLimit: Int
    private let partLimit: Int

    private var state = State.preamble
    /// The unprocessed bytes. A line end is put before the body, because the first delimiter may be at its start.
    private var buffer: [UInt8] = Self.lineEnd
    private var start = 0
    /// The position up to which the end of the headers was searched.
    private var searched = 0
    private var parts = 0

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    /// The number of buffered bytes.
    var heldBytes: Int { buffer.count }

    /// - Parameters:
    ///   - boundary: The boundary of the content type, 1…70 bytes.
    ///   - headerLimit: The maximum size of the headers of a part, and of the preamble.
    ///   - partLimit: The maximum number of parts.
    init(boundary: String, headerLimit: Int, partLimit: Int) {
        precondition((1 ... 70).contains(boundary.utf8.count), "a boundary has 1 to 70 bytes")
        delimiter = Self.lineEnd + Array("--".utf8) + Array(boundary.utf8)
        self.headerLimit = headerLimit
        self.partLimit = partLimit
    }

    /// - Parameter handle: Called for each event, in order.
    /// - Throws: `APIError` with `malformedMultipart` or `tooManyParts`, and errors of `handle`.
    mutating func feed(_ bytes: some Sequence<UInt8>, _ handle: (Event) throws -> Void) throws {
        if state == .epilogue { return }
        buffer.append(contentsOf: bytes)
        while try advance(handle) {}
        buffer.removeFirst(start)
        searched = max(0, searched - start)
        start = 0
    }

    /// Ends the body.
    ///
    /// - Throws: `APIError` with `malformedMultipart` if the last delimiter is missing.
    func finish() throws {
        switch state {
        case .epilogue: return
        case .delimiterLine: throw Self.malformed("it ends within a delimiter")
        case .preamble: throw Self.malformed("it does not contain the boundary of the content type")
        default: throw Self.malformed("it ends before its last delimiter, so it may be incomplete")
        }
    }

    /// Processes one step; false if more bytes are needed.
    private mutating func advance(_ handle: (Event) throws -> Void) throws -> Bool {
        switch state {
        case .preamble: try passPreamble()
        case .delimiterLine: try readDelimiterLine()
        case .headers: try readHeaders(handle)
        case .content: try readContent(handle)
        case .epilogue: passEpilogue()
        }
    }

    private mutating func passEpilogue() -> Bool {
        start = buffer.count
        return false
    }

    private mutating func passPreamble() throws -> Bool {
        let found = position(of: delimiter, from: start)
        guard (found ?? buffer.count - delimiter.count) <= headerLimit else {
            throw Self.malformed("its first \(headerLimit) bytes contain no delimiter")
        }
        guard let found else { return false }
        start = found + delimiter.count
        state = .delimiterLine
        return true
    }

    private mutating func readDelimiterLine() throws -> Bool {
        let rest = buffer[start...]
        if rest.starts(with: "--".utf8) {
            state = .epilogue
            return true
        }
        // RFC 2046 allows blanks between the boundary and the line's end.
        let blanks = rest.prefix { $0 == 0x20 || $0 == 0x09 }.count
        guard blanks <= 256 else { throw Self.malformed("too many blanks follow a delimiter") }
        let end = rest.dropFirst(blanks)
        if end.starts(with: Self.lineEnd) {
            guard parts < partLimit else {
                throw APIError(
                    .tooManyParts, "The body has more than \(partLimit) parts. Please send fewer files per request.",
                    endsConnection: true)
            }
            parts += 1
            start += blanks + 2
            searched = start
            state = .headers
            return true
        }
        // More bytes are needed, or the line is invalid.
        let isIncomplete = end.isEmpty || end.elementsEqual([0x0D]) || (blanks == 0 && end.elementsEqual("-".utf8))
        guard isIncomplete else { throw Self.malformed("a line with a boundary has further characters") }
        return false
    }

    private mutating func readHeaders(_ handle: (Event) throws -> Void) throws -> Bool {
        // A part without headers starts with the blank line.
        let isBare = buffer[start...].starts(with: Self.lineEnd)
        let end = isBare ? start : position(of: [0x0D, 0x0A, 0x0D, 0x0A], from: max(start, searched - 3))
        guard (end ?? buffer.count) - start <= headerLimit else {
            throw Self.malformed("the headers of a part are larger than \(headerLimit) bytes")
        }
        guard let end else {
            searched = buffer.count
            return false
        }
        try handle(.part(try MultipartPart(headers: buffer[start ..< end])))
        start = end + (isBare ? 2 : 4)
        state = .content
        return true
    }

    private mutating func readContent(_ handle: (Event) throws -> Void) throws -> Bool {
        if let found = position(of: delimiter, from: start) {
            if found > start { try handle(.content(buffer[start ..< found])) }
            try handle(.end)
            start = found + delimiter.count
            state = .delimiterLine
            return true
        }
        // The last bytes may start a delimiter.
        let safe = buffer.count - (delimiter.count - 1)
        if safe > start {
            try handle(.content(buffer[start ..< safe]))
            start = safe
        }
        return false
    }

    /// Returns the first position of `pattern`, which starts with a carriage return.
    private func position(of pattern: [UInt8], from first: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            pattern.withUnsafeBytes { pattern in
                guard let base = bytes.baseAddress else { return nil }
                var at = first
                while bytes.count - at >= pattern.count {
                    guard let hit = memchr(base + at, 0x0D, bytes.count - at - pattern.count + 1) else { return nil }
                    at = UnsafeRawPointer(hit) - base
                    if memcmp(hit, pattern.baseAddress!, pattern.count) == 0 { return at }
                    at += 1
                }
                return nil
            }
        }
    }

    static func malformed(_ reason: String) -> APIError {
        APIError(
            .malformedMultipart, "The multipart body is not valid: \(reason). See RFC 7578.", endsConnection: true)
    }
}
