/// Probabilities from decision values by the rising step curve that fits best, linear between its steps.
///
/// - Source: Zadrozny & Elkan, KDD 2002; pool adjacent violators of Ayer et al., Ann. Math. Stat. 26 (1955).
public struct IsotonicCalibrator: Equatable, Sendable {
    /// Strictly ascending: the two ends of each step.
    public let decisionValues: [Double]
    /// Ascending, 0…1: the height at each of them.
    public let probabilities: [Double]

    /// - Precondition: as many of one as of the other, at least one, in order.
    public init(decisionValues: [Double], probabilities: [Double]) {
        let fault = Self.fault(decisionValues, probabilities)
        precondition(fault == nil, fault ?? "")
        self.decisionValues = decisionValues
        self.probabilities = probabilities
    }

    /// Values outside those seen in training get the height of the nearest end.
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
        precondition(!truth.isEmpty, "no sample to calibrate on")
        let points = distinct(decisionValues, truth)
        let heights = pooled(points)
        // Inside a step a point says nothing.
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

    /// Samples of one decision value are one point.
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

    /// The height of each point: neighbours that fall are merged until none does. Whole counts, so nothing rounds.
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
            return "an isotonic curve of \(decisionValues.count) decision values and \(probabilities.count) heights"
        }
        // Differences must be finite too: what lies between two of them is found by dividing by one.
        guard decisionValues.allSatisfy({ $0.isFinite }), zip(decisionValues, decisionValues.dropFirst()).allSatisfy(<),
            (decisionValues[decisionValues.count - 1] - decisionValues[0]).isFinite
        else { return "the decision values of an isotonic curve do not rise" }
        guard probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 }),
            zip(probabilities, probabilities.dropFirst()).allSatisfy(<=)
        else { return "the heights of an isotonic curve do not rise from 0 to 1" }
        return nil
    }
}

extension IsotonicCalibrator: Codable {
    private enum CodingKeys: CodingKey {
        case decisionValues, probabilities
    }

    /// - Throws: `DecodingError.dataCorrupted` for a curve that does not rise.
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
    /// The first index whose element belongs to the second part, of an array whose first part does not.
    fileprivate func partitioningIndex(_ belongsToSecond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
