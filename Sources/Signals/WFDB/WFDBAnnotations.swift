import Files
import Foundation

/// The content of an annotation file in MIT format (`.atr` and others).
///
/// - Source: WFDB Applications Guide, annot(5).
public struct WFDBAnnotations: Sendable, Equatable {
    /// The meaning of a code in one file.
    public struct Definition: Sendable, Equatable {
        public var symbol: String
        public var description: String

        public init(symbol: String, description: String) {
            (self.symbol, self.description) = (symbol, description)
        }
    }

    /// In the order of time, without the notes that describe the file.
    public var annotations: [WFDBAnnotation]
    /// Samples per second; nil if the file does not say, and its samples are the frames of the record.
    public var timeResolution: Double?
    /// Codes that the file defines itself.
    public var definitions: [Int: Definition]

    public init(
        _ annotations: [WFDBAnnotation], timeResolution: Double? = nil, definitions: [Int: Definition] = [:]
    ) {
        (self.annotations, self.timeResolution, self.definitions) = (annotations, timeResolution, definitions)
    }

    /// The symbol of a code in this file.
    public func symbol(of code: Int) -> String {
        definitions[code]?.symbol ?? WFDBAnnotation(sample: 0, code: code).symbol
    }

    /// Converts samples to those of another rate.
    ///
    /// - Parameters:
    ///   - samplingRate: samples per second of the result.
    ///   - rate: samples per second of a file that does not say: the record's frames per second.
    public func annotations(at samplingRate: Double, unlessGiven rate: Double) -> [WFDBAnnotation] {
        let own = timeResolution ?? rate
        guard own != samplingRate else { return annotations }
        return annotations.map { annotation in
            var annotation = annotation
            annotation.sample = Int((Double(annotation.sample) * samplingRate / own).rounded())
            return annotation
        }
    }

    /// Reads annotations with the sample of each in a record.
    ///
    /// - Parameter samplingRate: samples per second of the record, which has one sample per frame.
    /// - Throws: `FileError`; `WFDBError.annotations` if the file is incomplete or damaged.
    public static func read(_ path: String, samplingRate: Double) throws -> [WFDBAnnotation] {
        try WFDBAnnotations(contentsOf: path).annotations(at: samplingRate, unlessGiven: samplingRate)
    }

    private static let sizeLimit = 256 << 20

    /// Reads an annotation file.
    ///
    /// - Throws: `FileError`; `WFDBError.annotations` if the file is incomplete or damaged.
    public init(contentsOf path: String) throws {
        try self.init(parsing: try FileContent.bytes(of: path, limit: Self.sizeLimit), path: path)
    }

    /// Writes an annotation file: readers see the old file or the whole new one.
    ///
    /// Annotations are written in the order of time.
    ///
    /// - Parameter path: ends in a dot and the annotator's name, for example `100.atr`.
    /// - Throws: `WFDBError.name`, `WFDBError.textTooLong`, `FileError`.
    /// - Precondition: the values of each annotation are in the ranges that `WFDBAnnotation` states.
    public func write(to path: String) throws { try AtomicFile.write(try content(path: path), to: path) }

    /// Returns the bytes of an annotation file that is to be written to `path`.
    ///
    /// - Throws: `WFDBError.name`, `WFDBError.textTooLong`.
    package func content(path: String) throws -> Data {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ WFDBPath.isValid($0) }) else {
            throw WFDBError.name(path: path, found: String(name))
        }
        return try encoded(path: path)
    }
}

/// A label in a record: a beat, a wave, a change of rhythm, a note.
public struct WFDBAnnotation: Sendable, Equatable {
    /// From 0.
    public var sample: Int
    /// The meaning, 1…49; see `symbol`.
    public var code: Int
    /// −128…127.
    public var subtype: Int
    /// The signal, 0…255.
    public var channel: Int
    /// −128…127.
    public var number: Int
    /// Free text, for example `(AFIB` at a change of rhythm.
    public var text: String

    public init(sample: Int, code: Int, subtype: Int = 0, channel: Int = 0, number: Int = 0, text: String = "") {
        self.sample = sample
        self.code = code
        self.subtype = subtype
        self.channel = channel
        self.number = number
        self.text = text
    }

    /// The usual one-character name of the code, for example `N` or `V`; `[42]` for a code without one.
    public var symbol: String { Self.symbols[code] ?? "[\(code)]" }

    /// The code that has a symbol, for example 5 for `V`; nil if there is none.
    public static func code(of symbol: String) -> Int? { codes[symbol] }

    static let codes = Dictionary(uniqueKeysWithValues: symbols.map { ($1, $0) })

    /// - Source: PhysioBank annotation codes, WFDB `ecgcodes.h`.
    static let symbols: [Int: String] = [
        1: "N", 2: "L", 3: "R", 4: "a", 5: "V", 6: "F", 7: "J", 8: "A", 9: "S", 10: "E", 11: "j", 12: "/", 13: "Q",
        14: "~", 16: "|", 18: "s", 19: "T", 20: "*", 21: "D", 22: "\"", 23: "=", 24: "p", 25: "B", 26: "^", 27: "t",
        28: "+", 29: "u", 30: "?", 31: "!", 32: "[", 33: "]", 34: "e", 35: "n", 36: "@", 37: "x", 38: "f", 39: "(",
        40: ")", 41: "r",
    ]

    static let codeRange = 1 ... 49
    /// The code of a note.
    static let note = 22
}
