import Foundation
import LinearAlgebra

/// A key that a search varies, with a list of values or a range of numbers.
struct SearchAxis: Equatable, Sendable {
    /// The dotted path, for example `classifiers.ml-svm.C`.
    let key: String
    let values: Values

    enum Values: Equatable, Sendable {
        case list([String])
        case range(Range)
    }

    /// A range `low..high`, or `low..high/n` for n of its values.
    struct Range: Equatable, Sendable {
        let low: Double
        let high: Double
        /// The number of values. With nil, values are drawn from the whole range, and a grid has `defaultSteps`.
        let steps: Int?
        /// Whether the key accepts whole numbers only.
        var isWhole = false

        /// Whether values are spaced by ratio: the ends are positive and at least a factor of ten apart.
        var isLogarithmic: Bool { low > 0 && high >= 10 * low }

        /// A value per power of ten and the end of a logarithmic range; otherwise five.
        var defaultSteps: Int {
            isLogarithmic ? max(2, Int((log10(high / low)).rounded(.up)) + 1) : 5
        }

        /// Returns the value at a share of the range, 0…1, with four digits.
        func text(at share: Double) -> String {
            let value =
                isLogarithmic ? exp(log(low) + share * (log(high) - log(low))) : low + share * (high - low)
            if isWhole { return "\(Int(value.rounded()))" }
            return String(format: "%.4g", min(max(value, low), high))
        }

        /// Returns equally spaced values with both ends, without duplicates for whole numbers.
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

    /// Returns a random value: uniform over a list or the steps of a range, else over the whole range.
    func draw(_ generator: inout SeededGenerator) -> String {
        switch values {
        case .range(let range) where range.steps == nil: range.text(at: generator.uniform())
        default: grid[generator.integer(below: grid.count)]
        }
    }

    /// The values for people: `0.01..100 (logarithmic)`, `soft, hard`.
    var description: String {
        switch values {
        case .list(let list): return list.joined(separator: ", ")
        case .range(let range):
            let ends = "\(NumberWords.short(range.low))..\(NumberWords.short(range.high))"
            return ends + (range.isLogarithmic ? " (logarithmic" : " (linear")
                + (range.steps.map { ", \($0) values)" } ?? ")")
        }
    }

    /// Reads the values of a key. A single text can be a range; several texts are a list.
    ///
    /// - Parameter isWhole: whether the key accepts whole numbers only.
    /// - Throws: `SearchError`.
    init(key: String, texts: [String], isWhole: Bool = false) throws {
        self.key = key
        if texts.contains("") || texts.isEmpty { throw SearchError.emptyValue(key: key) }
        if let twice = Sweep.firstRepeated(texts) { throw SearchError.repeated(key: key, value: twice) }
        if texts.count == 1, var range = try Self.range(texts[0], key: key) {
            range.isWhole = isWhole
            values = .range(range)
        } else {
            values = .list(texts)
        }
    }

    init(key: String, values: Values) { (self.key, self.values) = (key, values) }

    /// Returns whether a text is a range: it starts with a number and two dots, unlike paths and names.
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

/// Numbers as people write them.
enum NumberWords {
    static func short(_ value: Double) -> String { String(format: "%.6g", value) }
}
