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

    @Test func `every code has its own sentence`() {
        #expect(Set(ErrorCode.allCases.map(\.sentence)).count == ErrorCode.allCases.count)
        #expect(ErrorCode.allCases.allSatisfy { $0.sentence.hasSuffix(".") && $0.sentence.count > 15 })
    }
}
