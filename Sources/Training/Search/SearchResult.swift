import ClassificationMetrics
import Files
import Foundation
import Plots

/// What a search has found: a table for the terminal, `candidates.csv`, `search.json`, `best.yaml`, `search.svg` and
/// `report.html`.
struct SearchResult {
    let plan: SearchPlan
    /// One for each candidate.
    let scores: [CandidateScore]
    let nested: NestedEstimate?
    /// Rows that were scored.
    let rows: Int
    let foldCount: Int
    let hasTestPart: Bool
    let warnings: [String]

    var goal: MetricKey { plan.settings.goal }

    /// Places in `plan.candidates`, best first.
    var order: [Int] { SearchRanking.order(scores.map { $0.metrics[goal] }, by: goal) }

    /// - Throws: `SearchError.nothingScored` if no candidate has the goal's value.
    func best() throws -> Int {
        guard let best = SearchRanking.best(scores.map { $0.metrics[goal] }, by: goal) else {
            let reason =
                scores.compactMap(\.failure).first ?? "it is undefined on these rows. Choose another search.goal."
            throw SearchError.nothingScored(goal: goal.rawValue, reason: reason)
        }
        return best
    }

    /// The spread of the goal over the folds: their standard deviation.
    static func spread(_ score: CandidateScore) -> Double? {
        let values = score.folds.compactMap { $0 }
        guard values.count > 1 else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    /// What must be said beside the best candidate's number.
    var caution: String {
        let compared = "The best of \(plan.candidates.count) candidates is partly the luckiest: its own score flatters"
        if let nested {
            return compared + ". A search like this one, scored on rows that it had not seen (nested folds): "
                + "\(goal.title) \(ReportTable.number(nested.metrics[goal])). Quote that number."
        }
        return compared
            + (hasTestPart
                ? ". The test part was not touched: `heartsense train best.yaml` scores it once, and that is the "
                    + "number to quote, as long as it is looked at once."
                : ". For a number to quote search again with search.nested=true, or keep a test part apart.")
    }

    /// The first rows of it go to the terminal.
    func table(_ places: [Int], caption: String) -> ReportTable {
        var table = ReportTable(
            caption: caption,
            columns: [.init("candidate")] + plan.axes.map { .init($0.key, .left) }
                + [.init(goal.title), .init("± folds")] + Self.others(than: goal).map { .init($0.title) })
        for place in places {
            let (candidate, score) = (plan.candidates[place], scores[place])
            let name = candidate.number == 0 ? "as it was" : "\(candidate.number)"
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
        if failed > 0 { text += "\(failed) candidates failed: candidates.csv says why.\n" }
        text +=
            "Best: \(name(of: best)), \(goal.title) \(ReportTable.number(scores[best].metrics[goal], decimals: 4)).\n"
        text += "\(caution)\n"
        for warning in warnings { text += "Warning: \(warning)\n" }
        return text + "Train it: heartsense train \(folder)/best.yaml\nReport:   \(folder)/report.html\n"
    }

    func name(of place: Int) -> String {
        let candidate = plan.candidates[place]
        if candidate.number == 0 { return "the experiment as it was" }
        return "candidate \(candidate.number) ("
            + zip(plan.axes, candidate.values).map { "\($0.key)=\($1)" }.joined(separator: " ") + ")"
    }

    /// The best candidate as an experiment file.
    func bestYAML() throws -> String {
        let best = try best()
        let value = scores[best].metrics[goal].map { "\($0)" } ?? "undefined"
        var lines = [
            "# heartsense train best.yaml", "#",
            "# \(name(of: best)): the best of \(plan.candidates.count) by \(goal.rawValue), \(value)",
            "# (\(foldCount) folds, \(rows) rows, out of fold). As the best of many it flatters.",
        ]
        if let nested, let value = nested.metrics[goal] {
            lines.append("# The search itself on rows that it had not seen (nested folds): \(value).")
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

    /// At most the twenty-five best, best first, each with the range of its folds.
    var figure: SweepFigure {
        SweepFigure(
            title: "\(goal.title) of the candidates", metric: goal.title, range: "lowest to highest fold",
            rows: order.prefix(25).filter { scores[$0].failure == nil }.map { place in
                let folds = scores[place].folds.compactMap { $0 }
                let name = plan.candidates[place].number == 0 ? "as it was" : "\(plan.candidates[place].number)"
                return SweepFigure.Row(
                    name: "\(name): \(plan.candidates[place].values.joined(separator: ", "))",
                    value: scores[place].metrics[goal] ?? .nan,
                    interval: folds.min().flatMap { low in folds.max().map { low ... $0 } })
            })
    }
}
