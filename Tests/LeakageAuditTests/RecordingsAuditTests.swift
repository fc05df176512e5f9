import Datasets
import Files
import Foundation
import LinearAlgebra
import Signals
import TestSupport
import Testing

@testable import LeakageAudit

@Suite struct RecordingsAuditTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func audit(_ folder: String) throws -> RecordingsAudit {
        try RecordingsAudit(of: Dataset(contentsOf: folder, skippingMissing: true), workers: Workers(count: 2))
    }

    @Test func `recordings of one device are clean, and the audit can be read again from its JSON`() throws {
        try SampleRecordings.write(30, to: scratch("set"))
        let audit = try audit(scratch("set"))
        #expect(!audit.leaks && audit.n == 30 && audit.labels.map(\.n) == [10, 10, 10])
        #expect(audit.verdict.count == 1 && audit.verdict[0].hasPrefix("No label leaks"))
        // The patients of the sample have two records each, of which folds of six records keep both.
        #expect(audit.groupsAcrossFolds.isEmpty && audit.groupsAcrossParts.isEmpty)
        #expect(try JSONDecoder().decode(RecordingsAudit.self, from: audit.json()) == audit)
    }

    @Test func `a damaged and a missing recording are listed, and the others are audited`() throws {
        try SampleRecordings.write(30, to: scratch("set"))
        try scratch.write("set/records/r4.hea", "r4 what")
        try FileManager.default.removeItem(atPath: scratch("set/records/r5.hea"))
        try FileManager.default.removeItem(atPath: scratch("set/records/r5.dat"))
        let audit = try audit(scratch("set"))
        #expect(audit.n == 28)
        #expect(Set(audit.unreadable.map(\.path)) == ["records/r4", "records/r5"])
        #expect(audit.terminalText(style: .plain).contains("Skipped: "))
    }

    @Test func `too few recordings are an error that names the number`() throws {
        try SampleRecordings.write(3, to: scratch("set"))
        let error = #expect(throws: AuditError.self) { try audit(scratch("set")) }
        #expect(error?.description.contains("3 recordings are too few") == true)
    }
}
