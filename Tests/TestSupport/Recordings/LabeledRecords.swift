import Foundation
import Signals
import Testing

/// Real records in `../shared` with the labels of their databases.
package enum LabeledRecords {
    /// Whether ALL_RECORDS=1 asks for all records and printed tables.
    package static let readsAll = ProcessInfo.processInfo.environment["ALL_RECORDS"] != nil

    /// The comment of a test that is skipped without all records.
    package static let absence: Comment = "../shared is absent or ALL_RECORDS=1 is not set"

    /// Returns the paths of a folder's records without extension, sorted: all of them, or without ALL_RECORDS each
    /// `step`-th.
    package static func paths(_ folder: String, step: Int = 10) throws -> [String] {
        let all = try FileManager.default.contentsOfDirectory(atPath: SharedMaterial.path("data/\(folder)"))
            .filter { $0.hasSuffix(".hea") }.sorted().map { SharedMaterial.path("data/\(folder)/\($0.dropLast(4))") }
        return readsAll ? all : stride(from: 0, to: all.count, by: step).map { all[$0] }
    }

    /// Returns the SCP codes of `ptbxl-100hz/records100/00000` by record number.
    ///
    /// The columns of the file vary; the codes are the only text in braces.
    package static func ptbxlCodes() throws -> [Int: Set<String>] {
        let text = try String(
            contentsOfFile: SharedMaterial.path("data/ptbxl-100hz/ptbxl_database_first998.csv"), encoding: .utf8)
        var codes: [Int: Set<String>] = [:]
        for line in text.split(separator: "\n") {
            guard let number = line.split(separator: ",").first.flatMap({ Int($0) }),
                let open = line.firstIndex(of: "{"), let close = line.firstIndex(of: "}")
            else { continue }
            let names = line[open ..< close].split(separator: "'").enumerated().filter { $0.offset % 2 == 1 }
            codes[number] = Set(names.map { String($0.element) })
        }
        return codes
    }

    /// Returns the SNOMED labels of `ptbxl-100hz/records100/01000` by record number, as the SCP codes they stand for.
    ///
    /// `1AVB` of this file also contains records with a long PR interval only.
    package static func morePTBXLCodes() throws -> [Int: Set<String>] {
        let text = try String(
            contentsOfFile: SharedMaterial.path("data/ptbxl-100hz/ptbxl_labels_01000.csv"), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline)
        let names = lines[0].split(separator: ",", omittingEmptySubsequences: false).dropFirst(5).dropLast(2).map {
            $0.split(separator: "_")[0]
        }
        var codes: [Int: Set<String>] = [:]
        for line in lines.dropFirst() {
            guard let number = line.split(separator: ",").first.flatMap({ Int($0) }) else { continue }
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).dropLast(2).suffix(names.count)
            codes[number] = Set(
                zip(names, fields).filter { $1 == "1" }.map { $0.0 == "LBBB" ? "CLBBB" : String($0.0) })
        }
        return codes
    }

    /// The symbols of beats in annotation files.
    package static let beatSymbols: Set = [
        "N", "L", "R", "B", "A", "a", "J", "S", "V", "r", "F", "e", "j", "n", "E", "/", "f", "Q", "?",
    ]

    /// Returns the AAMI class of a beat's symbol.
    ///
    /// - Source: ANSI/AAMI EC57, table of beat types.
    package static func aamiClass(_ symbol: String) -> AAMIClass {
        switch symbol {
        case "N", "L", "R", "e", "j", "B", "n": .normal
        case "A", "a", "J", "S": .supraventricular
        case "V", "E", "r": .ventricular
        case "F": .fusion
        default: .unclassifiable
        }
    }

    /// Returns the parts of a record in samples that `[` and `]` enclose: ventricular flutter or fibrillation.
    package static func flutter(_ marks: [WFDBAnnotation], end: Int) -> [ClosedRange<Int>] {
        var result: [ClosedRange<Int>] = []
        var start: Int?
        for mark in marks {
            if mark.symbol == "[" { start = mark.sample }
            if mark.symbol == "]", let from = start { (result, start) = (result + [from ... mark.sample], nil) }
        }
        if let from = start { result.append(from ... max(from, end)) }
        return result
    }
}

/// A number of hits among cases, with its 95 % interval.
package struct Proportion {
    package var hits = 0
    package var cases = 0

    package init(_ hits: Int = 0, of cases: Int = 0) { (self.hits, self.cases) = (hits, cases) }

    package mutating func add(_ isHit: Bool) {
        cases += 1
        if isHit { hits += 1 }
    }

    package var share: Double { Double(hits) / Double(max(1, cases)) }

    /// The interval of Wilson, JASA 22 (1927) 209.
    package var interval: ClosedRange<Double> {
        let (n, z) = (Double(max(1, cases)), 1.96)
        let middle = (share + z * z / 2 / n) / (1 + z * z / n)
        let half = z * (share * (1 - share) / n + z * z / 4 / n / n).squareRoot() / (1 + z * z / n)
        return middle - half ... middle + half
    }

    package var text: String {
        String(format: "%.3f (%.3f–%.3f)", share, interval.lowerBound, interval.upperBound)
    }
}

/// Counts of a finding against a label.
package struct FindingTable {
    package var labeled = Proportion()
    package var others = Proportion()

    package init() {}

    package mutating func add(isLabeled: Bool, isFound: Bool) {
        if isLabeled { labeled.add(isFound) } else { others.add(!isFound) }
    }

    package var sensitivity: Double { labeled.share }
    package var specificity: Double { others.share }
    package var balanced: Double { (sensitivity + specificity) / 2 }

    package var text: String {
        "sensitivity \(labeled.text) of \(labeled.cases), specificity \(others.text) of \(others.cases), "
            + String(format: "balanced accuracy %.3f", balanced)
    }
}
