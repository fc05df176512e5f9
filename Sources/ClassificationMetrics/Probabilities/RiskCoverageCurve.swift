/// The mean loss of the most confident samples as a function of their fraction, the coverage.
///
/// - Source: Geifman & El-Yaniv, Selective Classification for Deep Neural Networks, NIPS 2017; area and excess area:
///   Geifman, Uziel & El-Yaniv, Bias-Reduced Uncertainty Estimation, ICLR 2019.
public struct RiskCoverageCurve: Equatable, Sendable {
    /// The samples with at least this confidence.
    public struct Point: Equatable, Codable, Sendable {
        public let confidence: Double
        /// Their fraction of all samples, above 0, at most 1.
        public let coverage: Double
        /// Their mean loss.
        public let risk: Double
    }

    /// One point per distinct confidence, the highest first. The last has coverage 1.
    public let points: [Point]
    /// The mean over k = 1 … n of the risk of the k most confident samples (AURC). It is averaged over all orders of
    /// samples with equal confidence.
    public let area: Double
    /// The area minus the area if confidence ordered the samples by their loss (E-AURC); 0 at best.
    public let excessArea: Double

    /// - Parameters:
    ///   - confidence: n values, not NaN, higher is more confident.
    ///   - loss: n finite values, for example 0 for right and 1 for wrong.
    /// - Returns: nil without samples.
    public init?(confidence: [Double], loss: [Double]) {
        precondition(confidence.count == loss.count, "\(confidence.count) confidences and \(loss.count) losses")
        precondition(
            confidence.allSatisfy { !$0.isNaN } && loss.allSatisfy { $0.isFinite },
            "a confidence is NaN or a loss is not finite")
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

    private static func lowestArea(_ loss: [Double]) -> Double {
        var (sum, area) = (0.0, 0.0)
        for (index, value) in loss.sorted().enumerated() {
            sum += value
            area += sum / Double(index + 1)
        }
        return area / Double(loss.count)
    }
}
