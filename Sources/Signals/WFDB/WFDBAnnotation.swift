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
