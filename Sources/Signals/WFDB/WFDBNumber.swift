import Foundation

/// Numbers in headers and annotation files.
enum WFDBNumber {
    /// The shortest text that reads back as `value`, without an exponent, which not all WFDB programs read.
    static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        let text = "\(value)"
        guard text.contains("e") else { return text }
        let plain = String(format: "%.20f", value)
        return String(plain.reversed().drop { $0 == "0" }.reversed())
    }
}
