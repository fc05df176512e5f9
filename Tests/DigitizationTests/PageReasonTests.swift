import Testing

@testable import Digitization

struct PageReasonTests {
    @Test func `every reason is a code with two plain sentences`() {
        for reason in PageReason.allCases {
            #expect(reason.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
            #expect(reason.sentence.hasSuffix(".") && reason.sentence.split(separator: ".").count >= 2, "\(reason)")
        }
    }
}
