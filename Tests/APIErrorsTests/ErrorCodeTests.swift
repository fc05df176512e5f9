import Foundation
import Testing

@testable import APIErrors

struct ErrorCodeTests {
    @Test func `the documentation lists exactly the codes, by status`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let rows = try String(contentsOf: root.appendingPathComponent("docs/serving.md"), encoding: .utf8)
            .split(separator: "\n").filter { $0.wholeMatch(of: /\| [0-9]{3} \|.*/) != nil }
            .map { String($0).replacing(", with `Retry-After`", with: "") }
        let codes = Dictionary(grouping: ErrorCode.allCases) { $0.status.code }.sorted { $0.key < $1.key }
        #expect(
            rows == codes.map { "| \($0) | \($1.map { "`\($0.rawValue)`" }.joined(separator: ", ")) |" })
    }

    @Test func `every code has its own sentence`() {
        #expect(Set(ErrorCode.allCases.map(\.sentence)).count == ErrorCode.allCases.count)
        #expect(ErrorCode.allCases.allSatisfy { $0.sentence.hasSuffix(".") && $0.sentence.count > 15 })
    }
}
