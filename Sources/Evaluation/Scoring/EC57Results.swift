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
        /// Cohen's kappa, and jκ; nil where undefined.
        public let kappa: Double?
        public let jkappa: Double?
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
        /// jκ over all beats, and its mean form: of the mean kappa and the mean measures. Nil without S or V.
        public let grossJKappa: Double?
        public let averageJKappa: Double?
        /// The gross results without a record that has most beats of S or V, one entry for each such record; nil for none.
        public let without: [Without]?

        enum CodingKeys: String, CodingKey {
            case records, gross, average, without
            case grossJKappa = "gross_jkappa"
            case averageJKappa = "average_jkappa"
        }
    }

    /// The gross results without one record.
    public struct Without: Codable, Equatable, Sendable {
        public let record: String
        /// The classes of which the record has at least half of all beats.
        public let dominates: [String]
        public let beats: Int
        public let gross: [String: Measures]
        public let jkappa: Double?
    }

    /// The classes in label order.
    public let codes: [String]
    /// The records in natural order of their names.
    public let records: [Record]
    public let summary: Summary
    /// Cohen's kappa over all beats.
    private let kappa: Double?

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
        self.records = zip(names, counted).map {
            Record(name: $0, beats: $1.beats, classes: measures($1), kappa: $1.kappa, jkappa: $1.jKappa)
        }
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
        let gross = EC57.gross(counted)
        kappa = gross.kappa
        let without = Self.dominating(counted, gross).map { index, classes in
            let rest = EC57.gross(counted.indices.filter { $0 != index }.map { counted[$0] })
            return Without(
                record: names[index], dominates: classes, beats: rest.beats, gross: measures(rest), jkappa: rest.jKappa)
        }
        summary = Summary(
            records: names.count, gross: measures(gross), average: average, grossJKappa: gross.jKappa,
            averageJKappa: EC57.jKappa(
                mean(counted.map(\.kappa)), ["S", "V"].map { average[$0]?.se }, ["S", "V"].map { average[$0]?.ppv }),
            without: without.isEmpty ? nil : without)
    }

    /// The records that have at least half of all beats of S or V, with these classes. One record alone has none.
    private static func dominating(_ records: [EC57], _ gross: EC57) -> [(Int, [String])] {
        guard records.count > 1 else { return [] }
        func beats(_ counted: EC57, _ index: Int) -> Int {
            counted.counts[index].truePositives + counted.counts[index].falseNegatives
        }
        return records.indices.compactMap { record in
            let classes = ["S", "V"].filter { code in
                guard let index = gross.codes.firstIndex(of: code), beats(gross, index) > 0 else { return false }
                return 2 * beats(records[record], index) >= beats(gross, index)
            }
            return classes.isEmpty ? nil : (record, classes)
        }
    }

    /// The table of `ec57.csv`: `scope,record,beats`, for each class `_tp,_fn,_fp,_se,_ppv`, and `kappa,jkappa`.
    ///
    /// Scopes are `record`, `gross`, `gross-without` (all records but the named one, which has most beats of S or V)
    /// and `average`. Undefined values are empty.
    var table: CSVTable {
        let fields = ["tp", "fn", "fp", "se", "ppv"]
        func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        func cells(_ measures: Measures?) -> [String] {
            guard let measures else { return fields.map { _ in "" } }
            return [measures.tp, measures.fn, measures.fp].map(String.init)
                + [measures.se, measures.ppv].map(number)
        }
        var rows = records.map { record in
            ["record", record.name, "\(record.beats)"] + codes.flatMap { cells(record.classes[$0]) }
                + [number(record.kappa), number(record.jkappa)]
        }
        let beats = records.reduce(0) { $0 + $1.beats }
        rows.append(
            ["gross", "", "\(beats)"] + codes.flatMap { cells(summary.gross[$0]) }
                + [number(kappa), number(summary.grossJKappa)])
        for rest in summary.without ?? [] {
            rows.append(
                ["gross-without", rest.record, "\(rest.beats)"] + codes.flatMap { cells(rest.gross[$0]) }
                    + ["", number(rest.jkappa)])
        }
        rows.append(
            ["average", "", ""]
                + codes.flatMap { code in
                    ["", "", ""]
                        + [summary.average[code]?.se, summary.average[code]?.ppv].map(number)
                } + ["", number(summary.averageJKappa)])
        return CSVTable(
            header: ["scope", "record", "beats"] + codes.flatMap { code in fields.map { "\(code)_\($0)" } }
                + ["kappa", "jkappa"], rows: rows)
    }
}
