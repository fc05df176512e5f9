import Foundation
import Testing

@testable import APIErrors
@testable import Serving

struct MultipartParserTests {
    /// A parsed part with its whole content.
    struct Part: Equatable {
        let name: String
        let fileName: String?
        var content = ""
    }

    /// Parses `body` in pieces.
    static func parts(
        of body: [UInt8], boundary: String = "b", pieceLength: Int = .max, headerLimit: Int = 1000, partLimit: Int = 100
    ) throws -> [Part] {
        var parser = MultipartParser(boundary: boundary, headerLimit: headerLimit, partLimit: partLimit)
        var parts: [Part] = []
        var contents: [[UInt8]] = []
        var open = false
        for start in stride(from: 0, to: body.count, by: min(pieceLength, max(1, body.count))) {
            try parser.feed(body[start ..< min(body.count, start + min(pieceLength, body.count))]) { event in
                switch event {
                case .part(let part):
                    #expect(!open)
                    open = true
                    parts.append(Part(name: part.name, fileName: part.fileName))
                    contents.append([])
                case .content(let bytes):
                    #expect(open && !bytes.isEmpty)
                    contents[contents.count - 1] += bytes
                case .end:
                    #expect(open)
                    open = false
                }
            }
        }
        try parser.finish()
        #expect(!open)
        for index in parts.indices { parts[index].content = String(decoding: contents[index], as: UTF8.self) }
        return parts
    }

    static func parts(of body: String, boundary: String = "b", pieceLength: Int = .max) throws -> [Part] {
        try parts(of: Array(body.utf8), boundary: boundary, pieceLength: pieceLength)
    }

    static func reason(_ body: () throws -> [Part]) -> String {
        do { return "accepted: \(try body())" } catch let error as APIError {
            return error.code == .malformedMultipart ? error.message : error.code.rawValue
        } catch { return "\(error)" }
    }

    /// Two parts. The content resembles a delimiter in every way but one.
    static let tricky =
        "passed over\r\n--b  \r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.png\"\r\n"
        + "Content-Type: image/png\r\n\r\n\r--b\r\n-b\r\r\n--\r\n-\n--b\r\n--a\r\r\r\n\r\n--b\r\n"
        + "content-disposition:form-data;name=file\r\n\r\n\r\n--b--\r\nand behind it --b\r\n"

    static let trickyParts = [
        Part(name: "files", fileName: "a.png", content: "\r--b\r\n-b\r\r\n--\r\n-\n--b\r\n--a\r\r\r\n"),
        Part(name: "file", fileName: nil, content: ""),
    ]

    @Test func `a body gives its parts for pieces of any size`() throws {
        for length in [1, 2, 3, 4, 5, 7, 11, 16, 64, .max] {
            #expect(try Self.parts(of: Self.tricky, pieceLength: length) == Self.trickyParts, "pieces of \(length)")
        }
    }

    @Test func `a file name may be extended, without quotes, or both`() throws {
        for (parameters, name) in [
            ("filename*=UTF-8''%C3%84%201.png", "Ä 1.png"), ("filename=my ECG.png", "my ECG.png"),
            ("filename=\"a.png\"; filename*=utf-8''%C3%84.png", "Ä.png"), ("filename*=x", ""),
            ("filename=\"a.png\"; filename*=x", "a.png"),
        ] {
            let body = "--b\r\nContent-Disposition: form-data; name=files; \(parameters)\r\n\r\nx\r\n--b--\r\n"
            #expect(try Self.parts(of: body) == [Part(name: "files", fileName: name, content: "x")], "\(parameters)")
        }
    }

    @Test func `an incomplete body is rejected at any length`() throws {
        let body = Array(Self.tricky.utf8)
        let end = try #require(Self.tricky.range(of: "--b--\r\nand"))
        let complete = Self.tricky.utf8.distance(from: Self.tricky.startIndex, to: end.lowerBound) + 5
        for length in 0 ..< complete {
            #expect(throws: APIError.self, "\(length)") { try Self.parts(of: Array(body[..<length])) }
        }
        #expect(try Self.parts(of: Array(body[..<complete])) == Self.trickyParts)
    }

    @Test func `random contents are unchanged, as a search of the whole body confirms`() throws {
        var generator = SplitMix(state: 7)
        for round in 0 ..< 300 {
            let boundary = String(
                (0 ..< Int.random(in: 1 ... 4, using: &generator)).map { _ in "b-".randomElement(using: &generator)! })
            // Few characters, of which delimiters consist.
            let contents = (0 ..< Int.random(in: 1 ... 4, using: &generator)).map { _ in
                (0 ..< Int.random(in: 0 ... 60, using: &generator)).map { _ in
                    "\r\n-bx".utf8.randomElement(using: &generator)!
                }
            }
            let delimiter = Array("\r\n--\(boundary)".utf8)
            let isClean = contents.allSatisfy { content in
                // No delimiter may start in the content and end in the following delimiter.
                let text = content + delimiter
                return !(0 ..< content.count).contains { text[$0...].starts(with: delimiter) }
            }
            guard isClean else { continue }
            var body: [UInt8] = []
            for content in contents {
                body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=f\r\n\r\n".utf8) + content
                body += Array("\r\n".utf8)
            }
            body += Array("--\(boundary)--".utf8)
            let parts = try Self.parts(
                of: body, boundary: boundary, pieceLength: Int.random(in: 1 ... 30, using: &generator))
            #expect(parts.map { Array($0.content.utf8) } == contents, "round \(round)")
        }
    }

    @Test func `malformed bodies are rejected with their reason`() {
        let head = "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n"
        let bodies: [(body: String, reason: String)] = [
            ("", "does not contain the boundary of the content type"),
            ("--c\r\n\r\nx\r\n--c--", "does not contain the boundary of the content type"),
            ("--b", "ends within a delimiter"),
            ("--b\r\nX: y\r\n", "ends before its last delimiter"),
            ("--bc\r\n\r\n\r\n--b--", "a line with a boundary has further characters"),
            ("--b-\r\n\r\n\r\n--b--", "a line with a boundary has further characters"),
            ("--b" + String(repeating: " ", count: 300) + "\r\n", "too many blanks"),
            (head + "\r\ncontent\r\n--b", "ends within a delimiter"),
            (head + "\r\ncontent", "ends before its last delimiter"),
            ("--b\r\n\r\nx\r\n--b--", "has no `Content-Disposition: form-data`"),
            ("--b\r\nContent-Disposition: attachment; name=f\r\n\r\nx\r\n--b--", "has no `Content-Disposition"),
            ("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "Content-Disposition of a part has no name"),
            (
                "--b\r\nContent-Disposition: form-data; name=\"f\r\n\r\nx\r\n--b--",
                "Content-Disposition of a part is not valid"
            ),
            (
                "--b\r\nContent-Disposition: form-data; name=f; name=g\r\n\r\nx\r\n--b--",
                "Content-Disposition of a part is not valid"
            ),
            (head + "Content-Disposition: form-data; name=g\r\n\r\nx\r\n--b--", "two Content-Disposition"),
            (head + " folded: line\r\n\r\nx\r\n--b--", "header line of a part has no name"),
            (head + "no colon\r\n\r\nx\r\n--b--", "header line of a part has no name"),
            (head + "X: a\nY: b\r\n\r\nx\r\n--b--", "control character"),
            (head + "X: a\rY: b\r\n\r\nx\r\n--b--", "control character"),
            (head + "X: a\0\r\n\r\nx\r\n--b--", "control character"),
            (head + "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--b--", "transfer encoding"),
            (head + "X: " + String(repeating: "y", count: 2000) + "\r\n\r\nx\r\n--b--", "larger than 1000 bytes"),
            (String(repeating: "p", count: 5000) + "\r\n--b--", "its first 1000 bytes contain no delimiter"),
        ]
        for (body, reason) in bodies {
            for length in [Int.max, 1] {
                let found = Self.reason { try Self.parts(of: body, pieceLength: length) }
                #expect(found.contains(reason), "\(body.prefix(80)) in pieces of \(length): \(found)")
            }
        }
    }

    @Test func `a part beyond the limit is rejected at its start`() {
        let part = "--b\r\nContent-Disposition: form-data; name=f\r\n\r\nx\r\n"
        let body = String(repeating: part, count: 101)
        #expect(Self.reason { try Self.parts(of: body) } == "too_many_parts")
    }

    @Test func `a long body needs little memory`() throws {
        var parser = MultipartParser(boundary: "b", headerLimit: 1000, partLimit: 1)
        var received = 0
        func count(_ event: MultipartParser.Event) {
            if case .content(let bytes) = event { received += bytes.count }
        }
        try parser.feed("--b\r\nContent-Disposition: form-data; name=f\r\n\r\n".utf8, count)
        let piece = [UInt8](repeating: 0x0D, count: 1 << 16)
        for _ in 0 ..< 32 {
            try parser.feed(piece, count)
            #expect(parser.heldBytes < 100)
        }
        try parser.feed("\r\n--b--".utf8, count)
        try parser.finish()
        #expect(received == 32 << 16)
    }
}

/// Randomly damaged bodies: for long with `make fuzz SECONDS=600`, for a moment with the other tests.
struct MultipartFuzzTests {
    /// The outcome of a body: its parts, or the code of its error.
    enum Outcome: Equatable {
        case parts([Piece])
        case refused(ErrorCode)

        struct Piece: Equatable {
            let part: MultipartPart
            var content: [UInt8] = []
        }
    }

    static func outcome(of body: [UInt8], cutInto lengths: () -> Int) -> Outcome {
        var parser = MultipartParser(boundary: "b", headerLimit: 300, partLimit: 6)
        var pieces: [Outcome.Piece] = []
        var isOpen = false
        do {
            var start = 0
            while start < body.count {
                let end = min(body.count, start + lengths())
                try parser.feed(body[start ..< end]) { event in
                    switch event {
                    case .part(let part):
                        precondition(!isOpen, "a part within a part")
                        isOpen = true
                        pieces.append(.init(part: part))
                    case .content(let bytes):
                        precondition(isOpen && !bytes.isEmpty, "content of no part, or none")
                        pieces[pieces.count - 1].content += bytes
                    case .end:
                        precondition(isOpen, "the end of no part")
                        isOpen = false
                    }
                }
                precondition(parser.heldBytes <= 700 + end - start, "\(parser.heldBytes) bytes held")
                start = end
            }
            try parser.finish()
            precondition(!isOpen, "a part without an end was accepted")
            return .parts(pieces)
        } catch let error as APIError { return .refused(error.code) } catch { preconditionFailure("\(error)") }
    }

    @Test func `a damaged body has the same outcome for pieces of any size`() throws {
        let seconds = ProcessInfo.processInfo.environment["HEARTSENSE_TEST_FUZZ_SECONDS"].flatMap { Double($0) }
        let seed = ProcessInfo.processInfo.environment["HEARTSENSE_TEST_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
        var mutations = Mutations(generator: SplitMix(state: seed))
        let end = Date(timeIntervalSinceNow: seconds ?? 0)
        var (bodies, accepted) = (0, 0)
        while bodies < 3000 || Date() < end {
            let body = mutations.body()
            let whole = Self.outcome(of: body) { .max >> 1 }
            let cut = Self.outcome(of: body) { mutations.length() }
            if whole != cut {
                Issue.record("\(Data(body).base64EncodedString()) gives \(whole) whole and \(cut) in pieces")
                return
            }
            let names = (0 ..< 3).map { _ in String(decoding: body.prefix(mutations.length() * 5), as: UTF8.self) }
            for name in names {
                let harmless = PictureName.clean(name, standard: "x")
                try #require(
                    !harmless.isEmpty && harmless.count <= 128 && !harmless.contains { "/\\\r\n\0".contains($0) })
            }
            bodies += 1
            if case .parts(let pieces) = whole, !pieces.isEmpty { accepted += 1 }
        }
        if seconds != nil { print("\(bodies) bodies from seed \(seed), \(accepted) of them read") }
        // Both outcomes are frequent.
        #expect(accepted > bodies / 50 && accepted < bodies)
    }

    /// Creates bodies from valid ones: bytes and phrases are inserted, removed, repeated and swapped.
    struct Mutations {
        var generator: SplitMix

        private static let seeds = [
            MultipartParserTests.tricky, "--b\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"x.png\"\r\n\r\ncontent\r\n--b--\r\n",
            "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b\r\n"
                + "Content-Disposition: form-data; name=b; filename=\"\\\"\\\\\"\r\n\r\n--\r\n--b--",
        ].map { Array($0.utf8) }

        private static let phrases = [
            "\r\n", "\r", "\n", "--", "--b", "\r\n--b", "\r\n--b--", "\r\n--b\r\n", "\r\n\r\n", "b", "-", " ", "\t",
            ":",
            ";", "\"", "\\", "=", "\0", "name=", "filename=\"", "Content-Disposition: form-data; name=\"f\"",
            "Content-Transfer-Encoding: binary", "\u{FF}", String(repeating: "x", count: 310),
        ].map { Array($0.utf8) }

        mutating func length() -> Int {
            Int.random(in: 1 ... 1 << Int.random(in: 0 ... 6, using: &generator), using: &generator)
        }

        mutating func body() -> [UInt8] {
            var body = Self.seeds.randomElement(using: &generator) ?? []
            for _ in 0 ..< Int.random(in: 0 ... 6, using: &generator) {
                let place = Int.random(in: 0 ... body.count, using: &generator)
                let range = place ..< min(body.count, place + length())
                switch Int.random(in: 0 ..< 7, using: &generator) {
                case 0: body.insert(contentsOf: Self.phrases.randomElement(using: &generator) ?? [], at: place)
                case 1: body.removeSubrange(range)
                case 2: body.insert(contentsOf: body[range], at: place)
                case 3: body.insert(contentsOf: body[range], at: Int.random(in: 0 ... body.count, using: &generator))
                case 4 where !range.isEmpty: body[place] = UInt8.random(in: 0 ... 255, using: &generator)
                case 5 where !range.isEmpty: body[place] ^= 1 << UInt8.random(in: 0 ..< 8, using: &generator)
                default: body += (Self.seeds.randomElement(using: &generator) ?? []).dropFirst(length())
                }
            }
            return body
        }
    }
}
