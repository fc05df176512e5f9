import Foundation
import Testing

@testable import APIErrors
@testable import Serving

/// Bodies that are broken at random: `make fuzz SECONDS=600` for long, a moment of it with every other test.
struct MultipartFuzzTests {
    /// What a body comes to: its parts, or the sentence of its refusal.
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
            precondition(!isOpen, "a part that never ended was accepted")
            return .parts(pieces)
        } catch let refusal as Refusal { return .refused(refusal.code) } catch { preconditionFailure("\(error)") }
    }

    @Test func `a broken body is refused or read the same way however it arrives`() throws {
        let seconds = ProcessInfo.processInfo.environment["HEARTSENSE_FUZZ_SECONDS"].flatMap { Double($0) }
        let seed = ProcessInfo.processInfo.environment["HEARTSENSE_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
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
                let harmless = PictureName.of(name, standard: "x")
                try #require(
                    !harmless.isEmpty && harmless.count <= 128 && !harmless.contains { "/\\\r\n\0".contains($0) })
            }
            bodies += 1
            if case .parts(let pieces) = whole, !pieces.isEmpty { accepted += 1 }
        }
        if seconds != nil { print("\(bodies) bodies from seed \(seed), \(accepted) of them read") }
        // Both ways are walked often.
        #expect(accepted > bodies / 50 && accepted < bodies)
    }

    /// Makes bodies out of good ones: bytes and phrases put in, taken out, doubled and swapped.
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
