import Plots

/// A report like that of an evaluation, with the invented data of `SampleFigures`.
enum SampleReport {
    static func make() throws -> HTMLReport {
        var report = HTMLReport(
            title: "Evaluation of ecg-beats on dev-test",
            subtitle: "Test part, 1 710 beats, label space aami 1, neutral ink",
            footer: "HeartSense is a workbench for research. It is not a medical device.")
        report.warn(
            "The files as drawn leak their labels: the modal gray of the ink alone reaches a balanced accuracy of "
                + "1.00. This result was made with neutral ink, which removes it.")
        report.warn("Splits are not by patient: the model may have been trained on the patients of these beats.")
        report.add("Results") { section in
            section.add(
                paragraph: "The ensemble, its members, and a classifier that always decides the most frequent label.")
            section.add(table: metrics)
            section.add(table: perLabel)
        }
        try report.add("Errors") { section in
            try section.add(figure: SampleFigures.confusion)
            try section.add(figure: SampleFigures.perLabelF1)
            try section.add(figure: SampleFigures.contactSheet)
        }
        try report.add("Ranking") { section in
            try section.add(figure: SampleFigures.roc)
            try section.add(figure: SampleFigures.precisionRecall)
        }
        try report.add("Calibration") { section in
            try section.add(figure: SampleFigures.reliability)
            try section.add(figure: SampleFigures.riskCoverage)
        }
        try report.add("Robustness") { section in
            try section.add(figure: SampleFigures.robustness)
            try section.add(figure: SampleFigures.comparison)
        }
        try report.add("Training") { section in
            section.add(keyValues: [
                ("Data", "dev-train, 11 892 pictures"), ("Seed", "1"),
                ("Weights", "mobilenet_v2_1.0_224_no_top_imagenet.h5, SHA-256 9f1c…"), ("Ink", "neutral"),
            ])
            try section.add(figure: SampleFigures.classCounts)
            section.add(
                png: try SampleFigures.learningCurve.drawing().png(scale: 2),
                alternative: SampleFigures.learningCurve.summary, caption: SampleFigures.learningCurve.summary)
            var configuration = HTMLSection("Configuration")
            configuration.add(
                preformatted:
                    "name: ecg-beats\nseed: 1\npreprocessing:\n  ink: neutral   # <as-drawn> leaks\n  size: 224\n")
            section.add(collapsed: configuration)
        }
        return report
    }

    static let metrics = ReportTable(
        caption: "Metrics with 95 % intervals",
        columns: [
            .init("Metric", .left), .init("Ensemble"), .init("Binary relevance"), .init("MLARAM"), .init("SVM"),
            .init("Baseline"),
        ],
        rows: [
            ["Macro-F1", "0.882 [0.861, 0.901]", "0.852", "0.841", "0.880", "0.144"],
            ["Subset accuracy", "0.893 [0.878, 0.907]", "0.870", "0.861", "0.890", "0.292"],
            ["Hamming loss", "0.036 [0.031, 0.041]", "0.043", "0.046", "0.037", "0.236"],
            ["ECE", "0.012 [0.009, 0.018]", "0.014", "–", "0.016", "–"],
        ])

    static let perLabel = ReportTable(
        caption: "Each label",
        columns: [
            .init("Label", .left), .init("Condition", .left), .init("Precision"), .init("Recall"), .init("F1"),
            .init("Support"),
        ],
        rows: [
            ["N", "Normal", "0.871", "0.887", "0.879", "500"],
            ["S", "Supraventricular arrhythmia", "0.741", "0.723", "0.732", "246"],
            ["V", "Ventricular arrhythmia", "0.884", "0.886", "0.885", "350"],
            ["M", "Myocardial infarction", "0.829", "0.835", "0.832", "298"],
        ])
}
