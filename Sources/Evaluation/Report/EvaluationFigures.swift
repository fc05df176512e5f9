import ClassificationMetrics
import Datasets
import LinearAlgebra
import Plots

/// Creates the figures of an evaluation from its scores.
struct EvaluationFigures {
    let evaluation: EvaluationRun
    let labelSpace: LabelSpace

    private var table: PredictionTable { evaluation.files.ensemble }
    private var result: EvaluationResult { evaluation.result }
    private var codes: [String] { table.codes }

    var perLabelF1: PerLabelF1Figure {
        PerLabelF1Figure(
            title: "F1 by label",
            rows: codes.enumerated().map { index, code in
                PerLabelF1Figure.Row(
                    label: code, value: result.perLabel[code]?.f1 ?? 0,
                    interval: evaluation.intervals?.perLabel[index].f1.map { $0.lower ... $0.upper },
                    support: result.perLabel[code]?.support)
            },
            macro: result.metrics[.f1Macro])
    }

    var confusion: ConfusionMatrixFigure {
        ConfusionMatrixFigure(
            title: "Confusion matrix of the highest score", labels: codes,
            counts: ConfusionMatrix(truth: table.truth, scores: table.scores).counts,
            decisionAxis: "Label of the highest score")
    }

    var roc: ROCCurvesFigure {
        ROCCurvesFigure(
            title: "ROC curves",
            curves: codes.enumerated().map { index, code in
                let curve = ROCCurve(truth: table.truth.column(index), scores: table.scores.column(index))
                return ROCCurvesFigure.Curve(
                    label: code, falsePositiveRates: curve?.falsePositiveRate ?? [],
                    truePositiveRates: curve?.truePositiveRate ?? [], area: result.perLabel[code]?.rocAUC)
            })
    }

    var precisionRecall: PrecisionRecallFigure {
        let areas = averagePrecisionPerLabel(truth: table.truth, scores: table.scores)
        return PrecisionRecallFigure(
            title: "Precision and recall",
            curves: codes.enumerated().map { index, code in
                let curve = PrecisionRecallCurve(
                    truth: table.truth.column(index), scores: table.scores.column(index), dropIntermediate: true)
                let support = Double(result.perLabel[code]?.support ?? 0)
                return PrecisionRecallFigure.Curve(
                    label: code, recall: curve?.recall ?? [], precision: curve?.precision ?? [],
                    prevalence: support / Double(max(result.n, 1)), averagePrecision: areas[index])
            })
    }

    var reliability: ReliabilityFigure {
        let errors = expectedCalibrationErrorPerLabel(truth: table.truth, scores: table.scores)
        return ReliabilityFigure(
            title: "Reliability diagram",
            series: codes.indices.map { index in
                ReliabilityFigure.Series(
                    label: codes[index], scores: table.scores.column(index),
                    truth: table.truth.column(index).map { $0 == 1 }, error: errors[index])
            })
    }

    func classCounts(_ balancing: Balancing) -> ClassCountsFigure {
        ClassCountsFigure(
            title: "Training pictures by class",
            rows: codes.indices.map {
                .init(label: codes[$0], before: balancing.before[$0], after: balancing.after[$0])
            })
    }
}
