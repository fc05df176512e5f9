import APIErrors
import Foundation

/// Takes a `multipart/form-data` body apart as it arrives, whatever pieces it arrives in.
///
/// It holds no more than one part's headers, or the few bytes that may turn out to begin a delimiter. It is strict:
/// lines end with CRLF, a line that begins like a delimiter is one, and a body that ends before its last delimiter is
/// an error.
///
/// - Source: RFC 2046, section 5.1.1; RFC 7578.
struct MultipartParser {
    enum Event: Equatable {
        /// A part begins.
        case part(MultipartPart)
        /// More of its content: never empty.
        case content(ArraySlice<UInt8>)
        /// The part is complete.
        case end
    }

    private enum State {
        /// Before the first delimiter: what stands there is passed over.
        case preamble
        /// Behind a delimiter: blanks and a line end, or the two hyphens of the last one.
        case delimiterLine
        case headers
        case content
        /// Behind the last delimiter: passed over.
        case epilogue
    }

    /// CRLF, two hyphens and the boundary.
    private let delimiter: [UInt8]
    private let headerLimit: Int
    private let partLimit: Int

    private var state = State.preamble
    /// What has arrived and is not used up yet. A line end is put before the body, because the first delimiter may
    /// stand at its very start.
    private var buffer: [UInt8] = Self.lineEnd
    private var start = 0
    /// Up to where the headers' end has been looked for.
    private var searched = 0
    private var parts = 0

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    /// How much of the body is in memory.
    var heldBytes: Int { buffer.count }

    /// - Parameters:
    ///   - boundary: as the content type's parameter gives it, 1…70 bytes.
    ///   - headerLimit: bytes of one part's headers, and of what may stand before the first delimiter.
    ///   - partLimit: how many parts there may be.
    init(boundary: String, headerLimit: Int, partLimit: Int) {
        precondition((1 ... 70).contains(boundary.utf8.count), "a boundary of \(boundary.utf8.count) bytes")
        delimiter = Self.lineEnd + Array("--".utf8) + Array(boundary.utf8)
        self.headerLimit = headerLimit
        self.partLimit = partLimit
    }

    /// - Parameter handle: is called for every event that the bytes complete, in order.
    /// - Throws: `Refusal` with `malformedMultipart` or `tooManyParts`; what `handle` throws.
    mutating func feed(_ bytes: some Sequence<UInt8>, _ handle: (Event) throws -> Void) throws {
        if state == .epilogue { return }
        buffer.append(contentsOf: bytes)
        while try advance(handle) {}
        buffer.removeFirst(start)
        searched = max(0, searched - start)
        start = 0
    }

    /// Says that the body has ended.
    ///
    /// - Throws: `Refusal` with `malformedMultipart` if its last delimiter is missing.
    func finish() throws {
        switch state {
        case .epilogue: return
        case .delimiterLine: throw Self.malformed("it ends within a delimiter")
        case .preamble: throw Self.malformed("the boundary of the content type does not occur in it")
        default: throw Self.malformed("it ends before its last delimiter, as if it was cut off")
        }
    }

    /// One step; false when more bytes are needed.
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
            throw Self.malformed("no delimiter stands in its first \(headerLimit) bytes")
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
        guard blanks <= 256 else { throw Self.malformed("a delimiter is followed by too many blanks") }
        let end = rest.dropFirst(blanks)
        if end.starts(with: Self.lineEnd) {
            guard parts < partLimit else {
                throw Refusal(
                    .tooManyParts, "The body has more than \(partLimit) parts. Send fewer files in a request.",
                    endsConnection: true)
            }
            parts += 1
            start += blanks + 2
            searched = start
            state = .headers
            return true
        }
        // Not enough has arrived to tell, or it is neither.
        let isIncomplete = end.isEmpty || end.elementsEqual([0x0D]) || (blanks == 0 && end.elementsEqual("-".utf8))
        guard isIncomplete else { throw Self.malformed("something stands behind a boundary on its line") }
        return false
    }

    private mutating func readHeaders(_ handle: (Event) throws -> Void) throws -> Bool {
        // A part without headers begins with the blank line at once.
        let isBare = buffer[start...].starts(with: Self.lineEnd)
        let end = isBare ? start : position(of: [0x0D, 0x0A, 0x0D, 0x0A], from: max(start, searched - 3))
        guard (end ?? buffer.count) - start <= headerLimit else {
            throw Self.malformed("the headers of a part have more than \(headerLimit) bytes")
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
        // The last bytes may begin a delimiter.
        let safe = buffer.count - (delimiter.count - 1)
        if safe > start {
            try handle(.content(buffer[start ..< safe]))
            start = safe
        }
        return false
    }

    /// Where `pattern`, which begins with a carriage return, stands first.
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

    static func malformed(_ reason: String) -> Refusal {
        Refusal(
            .malformedMultipart, "The multipart body cannot be read: \(reason). See RFC 7578.", endsConnection: true)
    }
}
