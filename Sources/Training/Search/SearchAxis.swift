import Foundation
import LinearAlgebra

/// One key that a search varies, and what it may be: a list of values, or a range of numbers.
struct SearchAxis: Equatable, Sendable {
    /// Dotted, for example `classifiers.ml-svm.C`.
    let key: String
    let values: Values

    enum Values: Equatable, Sendable {
        case list([String])
        case range(Range)
    }

    /// `low..high`, or `low..high/n` for n values of it.
    struct Range: Equatable, Sendable {
        let low: Double
        let high: Double
        /// Nil: drawn from anywhere in the range, or as many as `defaultSteps` in a grid.
        let steps: Int?
        /// The key takes whole numbers only.
        var isWhole = false

        /// Positive ends at least a factor of ten apart: what matters is the ratio.
        var isLogarithmic: Bool { low > 0 && high >= 10 * low }

        /// One for each power of ten and the end of a logarithmic range; five of another.
        var defaultSteps: Int {
            isLogarithmic ? max(2, Int((log10(high / low)).rounded(.up)) + 1) : 5
        }

        /// The value at a share of the range, 0…1, with four digits: enough to search by, and read.
        func text(at share: Double) -> String {
            let value =
                isLogarithmic ? exp(log(low) + share * (log(high) - log(low))) : low + share * (high - low)
            if isWhole { return "\(Int(value.rounded()))" }
            return String(format: "%.4g", min(max(value, low), high))
        }

        /// Equally spaced values with both ends; of a whole-numbered key each once.
        func grid(_ count: Int) -> [String] {
            guard count > 1 else { return [text(at: 0.5)] }
            var texts: [String] = []
            for step in 0 ..< count {
                let text = text(at: Double(step) / Double(count - 1))
                if !texts.contains(text) { texts.append(text) }
            }
            return texts
        }
    }

    /// The values of a grid.
    var grid: [String] {
        switch values {
        case .list(let list): list
        case .range(let range): range.grid(range.steps ?? range.defaultSteps)
        }
    }

    /// A random value: of a list or of a range in steps each is as likely, of a range everything is.
    func draw(_ generator: inout SeededGenerator) -> String {
        switch values {
        case .range(let range) where range.steps == nil: range.text(at: generator.uniform())
        default: grid[generator.integer(below: grid.count)]
        }
    }

    /// What it varies over, for people: `0.01..100 (logarithmic)`, `soft, hard`.
    var description: String {
        switch values {
        case .list(let list): return list.joined(separator: ", ")
        case .range(let range):
            let ends = "\(NumberWords.short(range.low))..\(NumberWords.short(range.high))"
            return ends + (range.isLogarithmic ? " (logarithmic" : " (linear")
                + (range.steps.map { ", \($0) values)" } ?? ")")
        }
    }

    /// Reads the values of a key: a single text may be a range, several are a list.
    ///
    /// - Throws: `SearchError`.
    init(key: String, texts: [String]) throws {
        self.key = key
        if texts.contains("") || texts.isEmpty { throw SearchError.emptyValue(key: key) }
        if let twice = Sweep.firstRepeated(texts) { throw SearchError.repeated(key: key, value: twice) }
        if texts.count == 1, let range = try Self.range(texts[0], key: key) {
            values = .range(range)
        } else {
            values = .list(texts)
        }
    }

    init(key: String, values: Values) { (self.key, self.values) = (key, values) }

    /// Whether a text is meant as a range: it begins with a number and two dots, which no path and no name does.
    static func isRange(_ text: String) -> Bool {
        text.range(of: "..").map { Double(text[..<$0.lowerBound]) != nil } ?? false
    }

    private static func range(_ text: String, key: String) throws -> Range? {
        guard let dots = text.range(of: ".."), let low = Double(text[..<dots.lowerBound]) else { return nil }
        let rest = text[dots.upperBound...].split(separator: "/", omittingEmptySubsequences: false)
        guard let high = Double(rest[0]), low.isFinite, high.isFinite, rest.count <= 2, low < high else {
            throw SearchError.badRange(key: key, found: text)
        }
        guard rest.count == 2 else { return Range(low: low, high: high, steps: nil) }
        guard let steps = Int(rest[1]), (2 ... 1000).contains(steps) else {
            throw SearchError.badRange(key: key, found: text)
        }
        return Range(low: low, high: high, steps: steps)
    }
}

/// Numbers as a person would write them.
enum NumberWords {
    static func short(_ value: Double) -> String { String(format: "%.6g", value) }
}
