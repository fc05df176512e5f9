import Foundation
import Testing

@testable import APIErrors

struct ErrorCodeTests {
    @Test func `the README lists every code under its status`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
            .replacing("\n", with: " ")
        for code in ErrorCode.allCases {
            let place = try #require(readme.range(of: "`\(code.rawValue)`"), "\(code)")
            // The next status in parentheses behind the code is its own.
            let status = readme[place.upperBound...].firstMatch(of: /\((\d{3})/)?.1
            #expect(status == "\(code.status.code)", "\(code)")
        }
    }

    @Test func `every code has words for what it means`() {
        #expect(Set(ErrorCode.allCases.map(\.meaning)).count == ErrorCode.allCases.count)
        #expect(ErrorCode.allCases.allSatisfy { $0.meaning.hasSuffix(".") && $0.meaning.count > 15 })
    }
}
