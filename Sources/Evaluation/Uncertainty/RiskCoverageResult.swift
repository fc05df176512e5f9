import ClassificationMetrics
import Classifiers
import Plots

/// The `risk_coverage` block of `metrics.json`: the risk–coverage trade-off of abstention.
///
/// A sample is wrong if its decision is not exactly the truth. Confidence is `UncertaintyPolicy.confidence`.
public struct RiskCoverageResult: Codable, Equatable, Sendable {
    /// The area under the risk–coverage curve, and its excess over a perfect order of confidence.
    public let area: Double
    public let excessArea: Double
    /// The share of samples that are not uncertain.
    public let coverage: Double
    /// The share of wrong decisions among them; nil if all are uncertain.
    public let risk: Double?
    /// The share of wrong decisions among all samples.
    public let wholeRisk: Double

    enum CodingKeys: String, CodingKey {
        case area = "aurc"
        case excessArea = "excess_aurc"
        case coverage, risk
        case wholeRisk = "risk_of_all"
    }

    /// - Returns: nil without samples.
    init?(of table: PredictionTable) {
        let losses = Self.losses(of: table)
        guard let curve = Self.curve(of: table) else { return nil }
        let certain = table.uncertain.indices.filter { !table.uncertain[$0] }
        area = curve.area
        excessArea = curve.excessArea
        coverage = Double(certain.count) / Double(losses.count)
        risk = certain.isEmpty ? nil : certain.reduce(0) { $0 + losses[$1] } / Double(certain.count)
        wholeRisk = losses.reduce(0, +) / Double(losses.count)
    }

    static func curve(of table: PredictionTable) -> RiskCoverageCurve? {
        let confidence = table.paths.indices.map {
            UncertaintyPolicy.confidence(scores: table.scores.row($0), decided: table.decision.row($0))
        }
        return RiskCoverageCurve(confidence: confidence, loss: losses(of: table))
    }

    private static func losses(of table: PredictionTable) -> [Double] {
        table.paths.indices.map { Array(table.truth.row($0)) == Array(table.decision.row($0)) ? 0 : 1 }
    }

    /// Returns the curve with a mark for the samples that the model's rules accept. The mark may lie off the curve,
    /// because the rules use more than confidence.
    static func figure(of table: PredictionTable, _ result: RiskCoverageResult?) -> RiskCoverageFigure {
        let points = curve(of: table)?.points ?? []
        return RiskCoverageFigure(
            title: "Risk and coverage", coverage: points.map(\.coverage),
            risk: points.map(\.risk),
            chosen: result.flatMap { result in
                result.risk.map { .init(name: "Excluding uncertain answers", coverage: result.coverage, risk: $0) }
            },
            riskName: "Wrong decisions among accepted samples")
    }
}
