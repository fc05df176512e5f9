import ClassificationMetrics
import Files
import Foundation
import LinearAlgebra

/// Sensitivity and positive predictivity of each class: per record, gross and average.
///
/// `ec57.csv` holds the results, and the `ec57` block of `metrics.json` a summary. A beat is assigned the label with
/// the highest score, as in `top1_*`. `ClassificationMetrics.EC57` has the counting rule.
public struct EC57Results: Equatable, Sendable {
    /// The measures of one class in one record or in all records.
    public struct Measures: Codable, Equatable, Sendable {
        /// The number of beats of the class, TP + FN.
        public let beats: Int
        public let tp: Int
        public let fn: Int
        public let fp: Int
        /// Sensitivity; nil without a beat of the class.
        public let se: Double?
        /// Positive predictivity; nil if no beat was assigned to the class.
        public let ppv: Double?
    }

    public struct Record: Equatable, Sendable {
        public let name: String
        public let beats: Int
        /// The measures by class code.
        public let classes: [String: Measures]
    }

    /// The unweighted mean over the records where a measure is defined: EC57's average statistics.
    public struct Average: Codable, Equatable, Sendable {
        public let se: Double?
        public let ppv: Double?
    }

    /// The summary in `metrics.json`. `ec57.csv` has the individual records.
    public struct Summary: Codable, Equatable, Sendable {
        /// The number of records.
        public let records: Int
        /// The measures over all beats, by class code.
        public let gross: [String: Measures]
        public let average: [String: Average]
    }

    /// The classes in label order.
    public let codes: [String]
    /// The records in natural order of their names.
    public let records: [Record]
    public let summary: Summary

    /// - Parameter records: The record of each beat; nil if records are not known.
    /// - Returns: The results. Nil if records are not known, if the labels are not beat classes (with `V` and `S`), or
    ///   if a row does not have exactly one true class.
    init?(of table: PredictionTable, records: [String]?) {
        guard let records, table.codes.contains("V"), table.codes.contains("S"), !table.paths.isEmpty else {
            return nil
        }
        let truth = table.paths.indices.map { table.truth.labels(ofRow: $0) }
        guard truth.allSatisfy({ $0.count == 1 }) else { return nil }
        let called = topLabels(table.scores)
        var rows: [String: [Int]] = [:]
        for (row, record) in records.enumerated() { rows[record, default: []].append(row) }
        let names = rows.keys.sorted(by: NaturalOrder.precedes)
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

    /// The table of `ec57.csv`: `scope,record,beats` and, for each class, `_tp,_fn,_fp,_se,_ppv`.
    ///
    /// Scopes are `record`, `gross` and `average`. Undefined values are empty.
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
