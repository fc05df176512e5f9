/// Probabilities from decision values by isotonic regression, interpolated linearly between steps.
///
/// - Source: Zadrozny & Elkan, KDD 2002; pool adjacent violators of Ayer et al., Ann. Math. Stat. 26 (1955).
public struct IsotonicCalibrator: Equatable, Sendable {
    /// The two ends of each step, strictly ascending.
    public let decisionValues: [Double]
    /// The height at each decision value, ascending, 0…1.
    public let probabilities: [Double]

    /// - Precondition: the arrays have the same count, at least one, and are ascending.
    public init(decisionValues: [Double], probabilities: [Double]) {
        let fault = Self.fault(decisionValues, probabilities)
        precondition(fault == nil, fault ?? "")
        self.decisionValues = decisionValues
        self.probabilities = probabilities
    }

    /// Returns the probability of a decision value. Values outside of the training range get the height of the nearest
    /// end.
    public func probability(_ decisionValue: Double) -> Double {
        let above = decisionValues.partitioningIndex { $0 >= decisionValue }
        if above == decisionValues.count { return probabilities[above - 1] }
        if above == 0 || decisionValues[above] == decisionValue { return probabilities[above] }
        let (x0, x1) = (decisionValues[above - 1], decisionValues[above])
        let (y0, y1) = (probabilities[above - 1], probabilities[above])
        return min(max(y0 + (y1 - y0) * ((decisionValue - x0) / (x1 - x0)), y0), y1)
    }

    /// - Parameters:
    ///   - decisionValues: n ≥ 1, finite.
    ///   - truth: n, 0 or 1.
    public static func fit(decisionValues: [Double], truth: [UInt8]) -> IsotonicCalibrator {
        requireCalibrationSample(decisionValues, truth)
        precondition(!truth.isEmpty, "calibration needs at least one sample")
        let points = distinct(decisionValues, truth)
        let heights = pooled(points)
        // Points inside of a step are redundant.
        let kept = points.indices.filter { index in
            index == 0 || index + 1 == points.count
                || heights[index] != heights[index - 1] || heights[index] != heights[index + 1]
        }
        return IsotonicCalibrator(
            decisionValues: kept.map { points[$0].value }, probabilities: kept.map { heights[$0] })
    }

    private struct Point {
        var value: Double
        var positives: Int
        var count: Int
    }

    /// Merges samples with equal decision values.
    private static func distinct(_ decisionValues: [Double], _ truth: [UInt8]) -> [Point] {
        var points: [Point] = []
        for index in decisionValues.indices.sorted(by: { decisionValues[$0] < decisionValues[$1] }) {
            if points.last?.value != decisionValues[index] {
                points.append(Point(value: decisionValues[index], positives: 0, count: 0))
            }
            points[points.count - 1].positives += Int(truth[index])
            points[points.count - 1].count += 1
        }
        return points
    }

    /// Returns the height of each point. Adjacent blocks that decrease are merged. The counts are whole numbers, so
    /// nothing is rounded.
    private static func pooled(_ points: [Point]) -> [Double] {
        var blocks: [(positives: Int, count: Int, points: Int)] = []
        for point in points {
            var block = (positives: point.positives, count: point.count, points: 1)
            while let last = blocks.last, last.positives * block.count >= block.positives * last.count {
                block = (block.positives + last.positives, block.count + last.count, block.points + last.points)
                blocks.removeLast()
            }
            blocks.append(block)
        }
        return blocks.flatMap { block in
            Array(repeating: Double(block.positives) / Double(block.count), count: block.points)
        }
    }

    fileprivate static func fault(_ decisionValues: [Double], _ probabilities: [Double]) -> String? {
        guard decisionValues.count == probabilities.count, !decisionValues.isEmpty else {
            return "an isotonic curve with \(decisionValues.count) decision values and \(probabilities.count) heights"
        }
        // Interpolation divides by differences, so they must be finite too.
        guard decisionValues.allSatisfy({ $0.isFinite }), zip(decisionValues, decisionValues.dropFirst()).allSatisfy(<),
            (decisionValues[decisionValues.count - 1] - decisionValues[0]).isFinite
        else { return "the decision values of an isotonic curve are not ascending" }
        guard probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 }),
            zip(probabilities, probabilities.dropFirst()).allSatisfy(<=)
        else { return "the heights of an isotonic curve are not ascending in 0…1" }
        return nil
    }
}

extension IsotonicCalibrator: Codable {
    private enum CodingKeys: CodingKey {
        case decisionValues, probabilities
    }

    /// - Throws: `DecodingError.dataCorrupted` for a curve that is not ascending.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let decisionValues = try container.decode([Double].self, forKey: .decisionValues)
        let probabilities = try container.decode([Double].self, forKey: .probabilities)
        if let fault = Self.fault(decisionValues, probabilities) {
            throw DecodingError.dataCorruptedError(
                forKey: .probabilities, in: container, debugDescription: fault + ". Train the model again.")
        }
        self.init(decisionValues: decisionValues, probabilities: probabilities)
    }
}

extension Array {
    /// Returns the first index of the second part, of an array that is partitioned by the predicate.
    fileprivate func partitioningIndex(_ belongsToSecond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
