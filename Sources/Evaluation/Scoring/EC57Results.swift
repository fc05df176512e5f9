import ClassificationMetrics
import Files
import Foundation
import LinearAlgebra

/// Sensitivity and positive predictivity of each class, per record, gross and on average: `ec57.csv`, and in
/// short the `ec57` block of `metrics.json`.
///
/// A beat is called what has the highest score, as for `top1_*`. `ClassificationMetrics.EC57` has the counting rule.
public struct EC57Results: Equatable, Sendable {
    /// One class in one record, or in all of them.
    public struct Measures: Codable, Equatable, Sendable {
        /// TP + FN: the beats of the class.
        public let beats: Int
        public let tp: Int
        public let fn: Int
        public let fp: Int
        /// nil without a beat of the class.
        public let se: Double?
        /// nil where nothing was called so.
        public let ppv: Double?
    }

    public struct Record: Equatable, Sendable {
        public let name: String
        public let beats: Int
        /// By class code.
        public let classes: [String: Measures]
    }

    /// The mean over the records where a measure is defined: EC57's average statistics, each record with the same
    /// weight.
    public struct Average: Codable, Equatable, Sendable {
        public let se: Double?
        public let ppv: Double?
    }

    /// What `metrics.json` holds; the single records are in `ec57.csv`.
    public struct Summary: Codable, Equatable, Sendable {
        /// How many records there are.
        public let records: Int
        /// All beats together, by class code.
        public let gross: [String: Measures]
        public let average: [String: Average]
    }

    /// The classes in label order.
    public let codes: [String]
    /// In natural order of their names.
    public let records: [Record]
    public let summary: Summary

    /// - Parameter records: of each beat; nil where none are known.
    /// - Returns: nil where records are not known, where the labels are not beat classes (`V` and `S` among them), or
    ///   where a row has no true class or several.
    init?(of table: PredictionTable, records: [String]?) {
        guard let records, table.codes.contains("V"), table.codes.contains("S"), !table.paths.isEmpty else {
            return nil
        }
        let truth = table.paths.indices.map { table.truth.labels(ofRow: $0) }
        guard truth.allSatisfy({ $0.count == 1 }) else { return nil }
        let called = topLabels(table.scores)
        var rows: [String: [Int]] = [:]
        for (row, record) in records.enumerated() { rows[record, default: []].append(row) }
        let names = rows.keys.sorted { $0.compare($1, options: [.numeric, .forcedOrdering]) == .orderedAscending }
        let counted = names.map { name in
            EC57(
                codes: table.codes, truth: (rows[name] ?? []).map { truth[$0][0] },
                decision: (rows[name] ?? []).map { called[$0] })
        }
        codes = table.codes
        func measures(_ counted: EC57) -> [String: Measures] {
            Dictionary(
                uniqueKeysWithValues: zip(table.codes, counted.counts).map { code, counts in
                    (
                        code,
                        Measures(
                            beats: counts.truePositives + counts.falseNegatives, tp: counts.truePositives,
                            fn: counts.falseNegatives, fp: counts.falsePositives, se: counts.sensitivity,
                            ppv: counts.positivePredictivity)
                    )
                })
        }
        self.records = zip(names, counted).map { Record(name: $0, beats: $1.beats, classes: measures($1)) }
        func mean(_ values: [Double?]) -> Double? {
            let defined = values.compactMap { $0 }
            return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
        }
        let average = Dictionary(
            uniqueKeysWithValues: table.codes.enumerated().map { index, code in
                (
                    code,
                    Average(
                        se: mean(counted.map { $0.counts[index].sensitivity }),
                        ppv: mean(counted.map { $0.counts[index].positivePredictivity }))
                )
            })
        summary = Summary(records: names.count, gross: measures(EC57.gross(counted)), average: average)
    }

    /// `scope,record,beats` and, for each class, `_tp,_fn,_fp,_se,_ppv`; scopes are `record`, `gross` and `average`,
    /// what is undefined is empty.
    var table: CSVTable {
        let fields = ["tp", "fn", "fp", "se", "ppv"]
        func cells(_ measures: Measures?) -> [String] {
            guard let measures else { return fields.map { _ in "" } }
            return [measures.tp, measures.fn, measures.fp].map(String.init)
                + [measures.se, measures.ppv].map { $0.map { "\($0)" } ?? "" }
        }
        var rows = records.map { record in
            ["record", record.name, "\(record.beats)"] + codes.flatMap { cells(record.classes[$0]) }
        }
        let beats = records.reduce(0) { $0 + $1.beats }
        rows.append(["gross", "", "\(beats)"] + codes.flatMap { cells(summary.gross[$0]) })
        rows.append(
            ["average", "", ""]
                + codes.flatMap { code in
                    ["", "", ""]
                        + [summary.average[code]?.se, summary.average[code]?.ppv].map { $0.map { "\($0)" } ?? "" }
                })
        return CSVTable(
            header: ["scope", "record", "beats"] + codes.flatMap { code in fields.map { "\(code)_\($0)" } }, rows: rows)
    }
}
