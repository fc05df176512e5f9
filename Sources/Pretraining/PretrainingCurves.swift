import Files
import Foundation
import Plots
import Runs

/// The learning curves of a run as a table and as figures, rewritten after each epoch.
struct PretrainingCurves {
    let history: [EpochRecord]
    let configuration: PretrainingConfiguration

    /// The name of the table.
    static let table = "metrics.csv"

    /// Writes `metrics.csv` and the figures `plots/loss` and `plots/score`.
    ///
    /// - Parameter kinds: file extensions of the figures, `svg` or `png`.
    /// - Throws: `FileError`, `PlotError`.
    func write(to folder: RunFolder, kinds: [String]) throws {
        try AtomicFile.write(EpochRecord.csv(history), to: "\(folder.path)/\(Self.table)")
        try AtomicFile.makeFolder(folder.plots)
        for (name, figure) in [("loss", loss), ("score", score)] {
            for kind in kinds { try figure.write(to: "\(folder.plots)/\(name).\(kind)") }
        }
    }

    private var loss: LearningCurveFigure {
        LearningCurveFigure(
            title: "Loss of \(configuration.name)", metric: "cross-entropy",
            series: [
                .init(name: "training", values: history.map(\.loss)),
                .init(name: "validation", values: history.map(\.validation.loss)),
                .init(name: "validation, augmented", values: history.map(\.augmented.loss)),
            ], keptEpoch: kept)
    }

    private var score: LearningCurveFigure {
        LearningCurveFigure(
            title: "Validation of \(configuration.name)", metric: "top-1 macro F1",
            series: [
                .init(name: "original", values: history.map(\.validation.top1F1)),
                .init(name: "augmented", values: history.map(\.augmented.top1F1)),
            ], keptEpoch: kept)
    }

    /// The epoch whose weights are kept.
    var kept: Int? {
        switch configuration.schedule.keep {
        case .last: history.last?.epoch
        case .best: history.max { ($0.score, -$0.epoch) < ($1.score, -$1.epoch) }?.epoch
        }
    }

    /// The validation score as a terminal plot.
    var terminal: String {
        "Validation score (mean top-1 macro F1 of original and augmented pictures) by epoch:\n"
            + TerminalPlot.curve(history.map(\.score))
    }
}
