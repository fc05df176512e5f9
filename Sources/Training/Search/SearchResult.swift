import ClassificationMetrics
import Files
import Foundation
import Plots

/// The result of a search: a table for the terminal, `candidates.csv`, `search.json`, `best.yaml`, `search.svg` and
/// `report.html`.
struct SearchResult {
    let plan: SearchPlan
    /// The score of each candidate.
    let scores: [CandidateScore]
    let nested: NestedEstimate?
    /// The number of scored rows.
    let rows: Int
    let foldCount: Int
    let hasTestPart: Bool
    let warnings: [String]

    var goal: MetricKey { plan.settings.goal }

    /// Positions in `plan.candidates`, best first.
    var order: [Int] { SearchRanking.order(scores.map { $0.metrics[goal] }, by: goal) }

    /// Returns the position of the best candidate.
    ///
    /// - Throws: `SearchError.nothingScored` if no candidate has a value of the goal.
    func best() throws -> Int {
        guard let best = SearchRanking.best(scores.map { $0.metrics[goal] }, by: goal) else {
            let reason =
                scores.compactMap(\.failure).first ?? "it is undefined on these rows. Choose another search.goal."
            throw SearchError.nothingScored(goal: goal.rawValue, reason: reason)
        }
        return best
    }

    /// Returns the standard deviation of the goal over the folds.
    static func spread(_ score: CandidateScore) -> Double? {
        let values = score.folds.compactMap { $0 }
        guard values.count > 1 else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    /// A note on the selection bias of the best candidate's score, with the number to report instead.
    var caution: String {
        let bias = "The score of the best of \(plan.candidates.count) candidates is too optimistic. "
        if let nested {
            return bias + "Report the score of the search on unseen rows (nested folds): "
                + "\(goal.title) \(ReportTable.number(nested.metrics[goal]))."
        }
        return bias
            + (hasTestPart
                ? "The test part was not used: report the score of `heartsense train best.yaml`, computed once."
                : "For a score to report, search again with search.nested=true, or keep a test part.")
    }

    func table(_ places: [Int], caption: String) -> ReportTable {
        var table = ReportTable(
            caption: caption,
            columns: [.init("candidate")] + plan.axes.map { .init($0.key, .left) }
                + [.init(goal.title), .init("± folds")] + Self.others(than: goal).map { .init($0.title) })
        for place in places {
            let (candidate, score) = (plan.candidates[place], scores[place])
            let name = candidate.number == 0 ? "unchanged" : "\(candidate.number)"
            let numbers =
                score.failure == nil
                ? [ReportTable.number(score.metrics[goal], decimals: 4), ReportTable.number(Self.spread(score))]
                    + Self.others(than: goal).map { ReportTable.number(score.metrics[$0]) }
                : ["failed", "–"] + Self.others(than: goal).map { _ in "–" }
            table.add([name] + candidate.values + numbers)
        }
        return table
    }

    private static func others(than goal: MetricKey) -> [MetricKey] {
        [MetricKey.f1Macro, .f1Micro, .hammingLoss, .top1F1Macro, .rocAUCMacro].filter { $0 != goal }
    }

    func terminalText(_ style: TerminalStyle, folder: String) throws -> String {
        let best = try best()
        var text =
            TerminalTable(
                table(
                    Array(order.prefix(15)),
                    caption: "Best of \(plan.candidates.count) candidates, \(foldCount) folds, \(rows) rows"),
                style: style
            ).text + "\n"
        let failed = scores.count { $0.failure != nil }
        if failed > 0 { text += "\(failed) candidates failed: see candidates.csv.\n" }
        text +=
            "Best: \(name(of: best)), \(goal.title) \(ReportTable.number(scores[best].metrics[goal], decimals: 4)).\n"
        text += "\(caution)\n"
        for warning in warnings { text += "Warning: \(warning)\n" }
        return text + "Train it: heartsense train \(folder)/best.yaml\nReport:   \(folder)/report.html\n"
    }

    func name(of place: Int) -> String {
        let candidate = plan.candidates[place]
        if candidate.number == 0 { return "the unchanged experiment" }
        return "candidate \(candidate.number) ("
            + zip(plan.axes, candidate.values).map { "\($0.key)=\($1)" }.joined(separator: " ") + ")"
    }

    /// Returns the best candidate as an experiment file.
    func bestYAML() throws -> String {
        let best = try best()
        let value = scores[best].metrics[goal].map { "\($0)" } ?? "undefined"
        var lines = [
            "# heartsense train best.yaml", "#",
            "# \(name(of: best)): the best of \(plan.candidates.count) by \(goal.rawValue), \(value)",
            "# (\(foldCount) folds, \(rows) rows, out of fold). The score of the best of many is too optimistic.",
        ]
        if let nested, let value = nested.metrics[goal] {
            lines.append("# Score of the search on unseen rows (nested folds): \(value).")
        }
        return lines.joined(separator: "\n") + "\n" + plan.candidates[best].configuration.yaml
    }

    var csv: CSVTable {
        CSVTable(
            header: ["candidate"] + plan.axes.map(\.key) + ["state", "error", "rank"]
                + MetricKey.allCases.filter { $0 != .uncertainFraction }.map(\.rawValue)
                + (0 ..< foldCount).map { "\(goal.rawValue)_fold_\($0 + 1)" },
            rows: plan.candidates.indices.map { place in
                let score = scores[place]
                let rank = (order.firstIndex(of: place) ?? 0) + 1
                let metrics = MetricKey.allCases.filter { $0 != .uncertainFraction }.map { key in
                    score.metrics[key].map { "\($0)" } ?? ""
                }
                let folds = (0 ..< foldCount).map { fold in
                    score.folds.indices.contains(fold) ? score.folds[fold].map { "\($0)" } ?? "" : ""
                }
                return ["\(plan.candidates[place].number)"] + plan.candidates[place].values
                    + [score.failure == nil ? "scored" : "failed", score.failure ?? "", "\(rank)"] + metrics + folds
            })
    }

    /// The 25 best candidates, best first, with the range of their folds.
    var figure: SweepFigure {
        SweepFigure(
            title: "\(goal.title) of the candidates", metric: goal.title, range: "lowest to highest fold",
            rows: order.prefix(25).filter { scores[$0].failure == nil }.map { place in
                let folds = scores[place].folds.compactMap { $0 }
                let name = plan.candidates[place].number == 0 ? "unchanged" : "\(plan.candidates[place].number)"
                return SweepFigure.Row(
                    name: "\(name): \(plan.candidates[place].values.joined(separator: ", "))",
                    value: scores[place].metrics[goal] ?? .nan,
                    interval: folds.min().flatMap { low in folds.max().map { low ... $0 } })
            })
    }
}
