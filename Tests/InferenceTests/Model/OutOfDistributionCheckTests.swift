import Classifiers
import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference

struct OutOfDistributionCheckTests {
    /// Features of one distribution and traces of single lines.
    static func ordinary(_ rows: Int, seed: UInt64) -> (features: Matrix<Float>, traces: Matrix<Float>) {
        var random = SeededGenerator(seed: seed)
        var features = Matrix<Float>(rows: rows, columns: 6)
        var traces = Matrix<Float>(rows: rows, columns: TraceStatistics.names.count)
        for row in 0 ..< rows {
            for column in 0 ..< 6 { features[row, column] = Float(random.normal()) }
            let values = [
                0.02 + 0.004 * random.normal(), 0.005, 0.8, 0.7, 1, 1 + 0.02 * random.uniform(), 3 + random.uniform(),
                4 + 0.2 * random.normal(), 1, 1, 0, 0, 0.03,
            ]
            for (column, value) in values.enumerated() { traces[row, column] = Float(value) }
        }
        return (features, traces)
    }

    static func fit(_ rows: Int = 600, falseAlarms: Double = 0.05, isCrossFit: Bool = true) throws
        -> OutOfDistributionCheck.Fit
    {
        let (features, traces) = ordinary(rows, seed: 1)
        let held = ordinary(rows, seed: 2)
        let folds = (0 ..< rows).map { $0 % 5 }
        return try #require(
            OutOfDistributionCheck.fit(
                features: features, traces: traces,
                calibration: isCrossFit
                    ? .crossFit(folds: folds)
                    : .validation(features: held.features, traces: held.traces, folds: folds),
                falseAlarms: falseAlarms, seed: 7))
    }

    @Test(arguments: [true, false])
    func `the false alarm rate on new rows of the same distribution is the nominal one`(isCrossFit: Bool) throws {
        let fit = try Self.fit(isCrossFit: isCrossFit)
        let new = Self.ordinary(2000, seed: 4)
        let findings = fit.check.findings(features: new.features, traces: new.traces)
        let alarms = Double(findings.count { $0.contains(.notAnECG) }) / 2000
        // Each bound has half of 0.05. The traces never reach theirs because their deviations are below 1. The standard
        // error of the bound from 600 rows is 0.006, that of the share among 2000 rows is 0.003.
        #expect(alarms > 0.005 && alarms < 0.05, "\(alarms)")
        #expect(Double(findings.count { $0.contains(.poorQuality) }) / 2000 < 0.08)
        let held = Double(fit.findings.count { $0.contains(.notAnECG) }) / 600
        #expect(fit.findings.count == 600 && held > 0.005 && held < 0.06, "\(held)")
    }

    @Test func `a distant row, areas of ink and a broken trace are detected`() throws {
        let check = try Self.fit().check
        var (features, traces) = Self.ordinary(4, seed: 5)
        let place = Dictionary(uniqueKeysWithValues: zip(TraceStatistics.names, TraceStatistics.names.indices))
        for column in 0 ..< 6 { features[0, column] = 8 }
        traces[1, place["ink_fraction"]!] = 0.4
        traces[1, place["stroke_width"]!] = 40
        traces[2, place["column_coverage"]!] = 0.6
        traces[2, place["largest_piece"]!] = 0.3
        let findings = check.findings(features: features, traces: traces)
        #expect(findings[0].contains(.notAnECG))
        #expect(findings[1].contains(.notAnECG))
        #expect(findings[2] == [.poorQuality])
        // Without traces the features are still checked.
        #expect(
            check.findings(features: features, traces: nil).prefix(2) == [[.outOfDistribution], []])
    }

    @Test func `a line of twice the thickness is accepted`() throws {
        let check = try Self.fit().check
        var (features, traces) = Self.ordinary(1, seed: 6)
        for column in 0 ..< 6 { features[0, column] = 0 }
        let place = Dictionary(uniqueKeysWithValues: zip(TraceStatistics.names, TraceStatistics.names.indices))
        traces[0, place["stroke_width"]!] = 8
        traces[0, place["ink_fraction"]!] = 0.04
        #expect(check.findings(features: features, traces: traces) == [[]])
    }

    @Test func `a row does not affect its own bound`() throws {
        var (features, traces) = Self.ordinary(100, seed: 1)
        // All rows of one fold are unusual. Bounds from that fold would accept them.
        for row in 0 ..< 100 where row % 5 == 0 {
            for column in 0 ..< 6 { features[row, column] += 50 * Float(row + 1) }
        }
        let fit = try #require(
            OutOfDistributionCheck.fit(
                features: features, traces: traces, calibration: .crossFit(folds: (0 ..< 100).map { $0 % 5 }),
                falseAlarms: 0.05, seed: 7))
        for row in 0 ..< 100 where row % 5 == 0 { #expect(fit.findings[row].contains(.notAnECG), "row \(row)") }
    }

    @Test func `too few rows give no check, and fewer than the nominal rate needs give a warning`() throws {
        let (features, traces) = Self.ordinary(29, seed: 1)
        #expect(
            OutOfDistributionCheck.fit(
                features: features, traces: traces, calibration: .crossFit(folds: (0 ..< 29).map { $0 % 5 }),
                falseAlarms: 0.05, seed: 7) == nil)
        #expect(
            OutOfDistributionCheck.warnings(rows: 29, falseAlarms: 0.01)[0].description.contains(
                "29 tuning rows are too few"))
        #expect(OutOfDistributionCheck.warnings(rows: 198, falseAlarms: 0.01)[0].description.contains("199 are needed"))
        #expect(OutOfDistributionCheck.warnings(rows: 199, falseAlarms: 0.01).isEmpty)
    }

    // MARK: the file

    private static let header = ChecksumHeader(kind: "HeartSense test", version: 1)

    private static func stored(_ check: OutOfDistributionCheck, _ change: (HDF5Group) throws -> Void = { _ in }) throws
        -> OutOfDistributionCheck
    {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/check.h5"
        try HDF5File.create(path, header: header) { root in
            let group = try root.makeGroup("picture_check")
            try StoredOutOfDistributionCheck.write(check, to: group)
            try change(group)
        }
        return try StoredOutOfDistributionCheck.read(
            from: HDF5File.open(path, header: header).root.group("picture_check"), file: path, features: 6)
    }

    @Test func `the check is read as it was written, with and without traces`() throws {
        let check = try Self.fit().check
        #expect(try Self.stored(check) == check)
        let plain = OutOfDistributionCheck(featureDistance: check.featureDistance, traces: nil, bounds: check.bounds)
        #expect(try Self.stored(plain) == plain)
    }

    @Test func `invalid values of a check are rejected with a message`() throws {
        let check = try Self.fit().check
        var factor = check.featureDistance.factor
        factor[2, 2] = .nan
        var limits = check.traces!.middle
        limits[0] = .infinity
        let broken = [
            OutOfDistributionCheck(
                featureDistance: check.featureDistance,
                traces: TraceLimits(low: check.traces!.low, middle: limits, high: check.traces!.high),
                bounds: check.bounds),
            OutOfDistributionCheck(
                featureDistance: check.featureDistance, traces: check.traces,
                bounds: .init(distance: .nan, undrawn: 1, poor: 1)),
            OutOfDistributionCheck(
                featureDistance: check.featureDistance, traces: check.traces,
                bounds: .init(distance: 1, undrawn: -1, poor: 1)),
        ]
        for check in broken { #expect(throws: ModelFileError.self) { try Self.stored(check) } }
        // Written for another number of features.
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try HDF5File.create("\(folder)/c.h5", header: Self.header) {
            try StoredOutOfDistributionCheck.write(check, to: $0.makeGroup("picture_check"))
        }
        #expect(throws: HDF5Error.self) {
            try StoredOutOfDistributionCheck.read(
                from: HDF5File.open("\(folder)/c.h5", header: Self.header).root.group("picture_check"), file: "c.h5",
                features: 5)
        }
    }
}
