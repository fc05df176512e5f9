import ClassificationMetrics
import Classifiers
import Plots

/// The `risk_coverage` block of `metrics.json`: what leaving unsure samples to a person buys.
///
/// A sample is wrong where its decision is not exactly the truth; confidence is `UncertaintyPolicy.confidence`.
public struct RiskCoverageResult: Codable, Equatable, Sendable {
    /// Area under the risk–coverage curve, and how much of it a perfect order of confidence would save.
    public let area: Double
    public let excessArea: Double
    /// The share of samples that is not marked uncertain.
    public let coverage: Double
    /// The share of wrong ones among them; nil where all are uncertain.
    public let risk: Double?
    /// The share of wrong ones among all.
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

    /// The curve with the samples that the model's rules leave certain marked; that point may lie beside the curve,
    /// for the rules look at more than confidence.
    static func figure(of table: PredictionTable, _ result: RiskCoverageResult?) -> RiskCoverageFigure {
        let points = curve(of: table)?.points ?? []
        return RiskCoverageFigure(
            title: "What leaving unsure samples to a person buys", coverage: points.map(\.coverage),
            risk: points.map(\.risk),
            chosen: result.flatMap { result in
                result.risk.map { .init(name: "not uncertain", coverage: result.coverage, risk: $0) }
            },
            riskName: "Wrong decisions among answered samples")
    }
}
