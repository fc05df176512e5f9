import Datasets
import Files
import LinearAlgebra
import Signals

/// A small data set of synthetic twelve-lead recordings.
public enum SampleRecordings {
    /// Writes records of normal hearts, hearts with ventricular premature beats and fibrillating atria, in rotation, with
    /// a manifest of patients and folds and a label space.
    ///
    /// - Returns: the folder.
    @discardableResult
    public static func write(_ count: Int, to folder: String, samplingRate: Double = 100) throws -> String {
        let conditions: [SyntheticTwelveLeads.Condition] = [.normal, .ventricularPrematureBeats, .atrialFibrillation]
        var rows: [[String]] = []
        try AtomicFile.makeFolder("\(folder)/records")
        for number in 0 ..< count {
            var generator = SeededGenerator(seed: UInt64(number + 1), purpose: "sample recordings")
            let condition = conditions[number % conditions.count]
            let patient = SyntheticTwelveLeads(condition, using: &generator)
            let recording = patient.recording(seconds: 10, samplingRate: samplingRate, using: &generator)
            try WFDBRecordWriter().write(recording, to: "\(folder)/records/r\(number)")
            rows.append(["records/r\(number)", "\(condition)", "p\(number / 2)", "\(number / 6 % 3 + 1)"])
        }
        try CSVTable(header: ["path", "labels", "group", "fold"], rows: rows).write(to: "\(folder)/manifest.csv")
        let meanings: [Condition] = [.normal, .ventricularArrhythmia, .supraventricularArrhythmia]
        let labels = zip(conditions, meanings).map { condition, meaning in
            LabelSpace.Label(
                code: "\(condition)", condition: meaning, explanation: "A synthetic heart.",
                link: "https://example.org", standsFor: "synthetic \(condition)")
        }
        try AtomicFile.write(
            LabelSpace(name: "sample-recordings", version: 1, labels: labels).yaml, to: "\(folder)/labels.yaml")
        return folder
    }
}
