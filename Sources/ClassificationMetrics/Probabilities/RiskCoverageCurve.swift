/// What leaving the least sure samples to a person does to the rest: their mean loss at each coverage.
///
/// - Source: Geifman & El-Yaniv, Selective Classification for Deep Neural Networks, NIPS 2017; area and excess area:
///   Geifman, Uziel & El-Yaniv, Bias-Reduced Uncertainty Estimation, ICLR 2019.
public struct RiskCoverageCurve: Equatable, Sendable {
    /// The samples at least this sure.
    public struct Point: Equatable, Codable, Sendable {
        public let confidence: Double
        /// Their share of all samples, above 0, at most 1.
        public let coverage: Double
        /// Their mean loss.
        public let risk: Double
    }

    /// One for each distinct confidence, the surest first; the last covers everything.
    public let points: [Point]
    /// The mean over k = 1 … n of the risk of the k surest samples (AURC). Equally sure samples are taken in any
    /// order, and the mean over those orders is meant.
    public let area: Double
    /// How much of the area would go if confidence ordered the samples by their loss (E-AURC); 0 at best.
    public let excessArea: Double

    /// - Parameters:
    ///   - confidence: n, not NaN, higher is surer.
    ///   - loss: n, finite, 0 or 1 for right or wrong, for example.
    /// - Returns: nil without samples.
    public init?(confidence: [Double], loss: [Double]) {
        precondition(confidence.count == loss.count, "\(confidence.count) confidences and \(loss.count) losses")
        precondition(confidence.allSatisfy { !$0.isNaN } && loss.allSatisfy { $0.isFinite }, "a value is not a number")
        guard !loss.isEmpty else { return nil }
        let n = Double(loss.count)
        let order = confidence.indices.sorted { confidence[$0] > confidence[$1] }
        var points: [Point] = []
        var area = 0.0
        var lost = 0.0
        var start = 0
        while start < order.count {
            var end = start
            var lostHere = 0.0
            while end < order.count, confidence[order[end]] == confidence[order[start]] {
                lostHere += loss[order[end]]
                end += 1
            }
            for taken in 1 ... end - start {
                area += (lost + lostHere * Double(taken) / Double(end - start)) / Double(start + taken)
            }
            lost += lostHere
            points.append(
                Point(confidence: confidence[order[start]], coverage: Double(end) / n, risk: lost / Double(end)))
            start = end
        }
        self.points = points
        self.area = area / n
        excessArea = area / n - Self.lowestArea(loss)
    }

    /// The risk when at least `coverage` of the samples are answered, as few as that allows.
    ///
    /// - Parameter coverage: above 0, at most 1.
    public func risk(atCoverage coverage: Double) -> Double {
        precondition(coverage > 0 && coverage <= 1, "a coverage of \(coverage)")
        return points.first { $0.coverage >= coverage }?.risk ?? points[points.count - 1].risk
    }

    /// The point of highest coverage whose risk is at most `risk`; nil where none is.
    public func point(atRisk risk: Double) -> Point? { points.last { $0.risk <= risk } }

    private static func lowestArea(_ loss: [Double]) -> Double {
        var (sum, area) = (0.0, 0.0)
        for (index, value) in loss.sorted().enumerated() {
            sum += value
            area += sum / Double(index + 1)
        }
        return area / Double(loss.count)
    }
}
