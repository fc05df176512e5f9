import Files
import Foundation

/// A mark in a record: a beat, a change of rhythm, a note.
public struct WFDBAnnotation: Sendable, Equatable {
    /// The sample that it belongs to, from 0.
    public let sample: Int
    /// What it means, 1…49; see `symbol`.
    public let code: Int
    public let subtype: Int
    public let channel: Int
    public let number: Int
    /// Free text, for example `(AFIB` with a change of rhythm.
    public let text: String

    public init(sample: Int, code: Int, subtype: Int = 0, channel: Int = 0, number: Int = 0, text: String = "") {
        self.sample = sample
        self.code = code
        self.subtype = subtype
        self.channel = channel
        self.number = number
        self.text = text
    }

    /// The usual one-character name of the code, for example `N` or `V`; `[41]` for a code without one.
    public var symbol: String { Self.symbols[code] ?? "[\(code)]" }

    /// - Source: PhysioBank annotation codes, WFDB `ecgcodes.h`.
    private static let symbols: [Int: String] = [
        1: "N", 2: "L", 3: "R", 4: "a", 5: "V", 6: "F", 7: "J", 8: "A", 9: "S", 10: "E", 11: "j", 12: "/", 13: "Q",
        14: "~", 16: "|", 18: "s", 19: "T", 20: "*", 21: "D", 22: "\"", 23: "=", 24: "p", 25: "B", 26: "^", 27: "t",
        28: "+", 29: "u", 30: "?", 31: "!", 32: "[", 33: "]", 34: "e", 35: "n", 36: "@", 37: "x", 38: "f", 39: "(",
        40: ")", 41: "r",
    ]
}

/// An annotation file in MIT format (`.atr` and others).
///
/// - Source: WFDB Applications Guide, annot(5).
public enum WFDBAnnotations {
    /// Annotations in the order of the file, without the notes that describe the file itself.
    ///
    /// - Parameter samplingRate: of the record in Hz. A file may count time in units of its own; samples come out in
    ///   those of the record.
    /// - Throws: `FileError`; `WFDBError.annotations` for a file that is cut off or not of this format.
    public static func read(_ path: String, samplingRate: Double) throws -> [WFDBAnnotation] {
        let bytes = [UInt8](try FileContent.bytes(of: path, limit: 256 << 20))
        var reader = Reader(bytes: bytes, path: path)
        let all = try reader.annotations()
        let isAboutTheFile = { (mark: WFDBAnnotation) in mark.symbol == "\"" && mark.text.hasPrefix("## ") }
        let resolution = all.lazy.filter(isAboutTheFile).compactMap { mark -> Double? in
            guard mark.text.hasPrefix(timeResolution) else { return nil }
            return Double(mark.text.dropFirst(timeResolution.count)).flatMap { $0 > 0 && $0 <= 1e9 ? $0 : nil }
        }.first
        let marks = all.filter { !isAboutTheFile($0) }
        guard let resolution, resolution != samplingRate else { return marks }
        return marks.map { mark in
            WFDBAnnotation(
                sample: Int((Double(mark.sample) * samplingRate / resolution).rounded()), code: mark.code,
                subtype: mark.subtype, channel: mark.channel, number: mark.number, text: mark.text)
        }
    }

    private static let timeResolution = "## time resolution: "

    /// Codes of words that are no annotations of their own.
    private enum Special {
        static let skip = 59
        static let number = 60
        static let subtype = 61
        static let channel = 62
        static let text = 63
    }

    private struct Reader {
        let bytes: [UInt8]
        let path: String
        var place = 0

        /// Later than anything: three million years at 100 Hz.
        static let latest = 1 << 53

        mutating func annotations() throws -> [WFDBAnnotation] {
            var found: [WFDBAnnotation] = []
            var sample = 0
            // These two hold until they are changed.
            var (number, channel) = (0, 0)
            while true {
                let start = place
                var (code, value) = try word()
                if code == 0 && value == 0 { break }
                while code == Special.skip {
                    let (high, low) = (try halfWord(), try halfWord())
                    sample += Int(Int32(bitPattern: UInt32(high) << 16 | UInt32(low)))
                    (code, value) = try word()
                }
                sample += value
                // No mark: moves the time only. Writers put one behind the notes about the file.
                if code == 0 { continue }
                guard (1 ..< Special.skip).contains(code) else {
                    throw damage(start, "an annotation was expected, found a word of code \(code)")
                }
                guard (0 ... Self.latest).contains(sample) else { throw damage(start, "the time \(sample) is none") }
                var (subtype, text) = (0, "")
                while let next = peek(), next > Special.skip {
                    let (code, value) = try word()
                    switch code {
                    case Special.number: number = Int(Int8(truncatingIfNeeded: value))
                    case Special.subtype: subtype = Int(Int8(truncatingIfNeeded: value))
                    case Special.channel: channel = value & 0xFF
                    default: text = try self.text(value)
                    }
                }
                found.append(
                    WFDBAnnotation(
                        sample: sample, code: code, subtype: subtype, channel: channel, number: number, text: text))
            }
            return found
        }

        private mutating func halfWord() throws -> UInt16 {
            guard place + 1 < bytes.count else { throw damage(place, "the file ends before its end mark") }
            defer { place += 2 }
            return UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8
        }

        private mutating func word() throws -> (code: Int, value: Int) {
            let word = try halfWord()
            return (Int(word >> 10), Int(word & 0x3FF))
        }

        /// The code of the next word.
        private func peek() -> Int? { place + 1 < bytes.count ? Int(bytes[place + 1] >> 2) : nil }

        /// So many bytes, padded to whole words.
        private mutating func text(_ count: Int) throws -> String {
            guard place + count + count % 2 <= bytes.count else { throw damage(place, "a text is cut off") }
            defer { place += count + count % 2 }
            return String(decoding: bytes[place ..< place + count].prefix { $0 != 0 }, as: UTF8.self)
        }

        private func damage(_ byte: Int, _ problem: String) -> WFDBError {
            .annotations(path: path, byte: byte, problem: problem)
        }
    }
}
