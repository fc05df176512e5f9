import Foundation
import Testing

@testable import APIErrors

struct ErrorCodeTests {
    @Test func `the documentation lists every code under its status`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let rows = try String(contentsOf: root.appendingPathComponent("docs/serving.md"), encoding: .utf8)
            .split(separator: "\n").filter { $0.hasPrefix("| ") }
        for code in ErrorCode.allCases {
            let row = try #require(rows.first { $0.contains("`\(code.rawValue)`") }, "\(code)")
            #expect(row.hasPrefix("| \(code.status.code) |"), "\(code)")
        }
    }

    @Test func `every code has words for what it means`() {
        #expect(Set(ErrorCode.allCases.map(\.meaning)).count == ErrorCode.allCases.count)
        #expect(ErrorCode.allCases.allSatisfy { $0.meaning.hasSuffix(".") && $0.meaning.count > 15 })
    }
}
