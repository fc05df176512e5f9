import Foundation
import Testing

@testable import Records

struct WholeSecondsTests {
    @Test func `times are kept to the second that has begun`() {
        for (seconds, whole) in [(0, 0), (1.999, 1), (-0.5, -1), (1_790_000_000.25, 1_790_000_000)] as [(Double, Int64)]
        {
            #expect(Date(timeIntervalSince1970: seconds).wholeSeconds == whole)
            #expect(Date(wholeSeconds: whole).wholeSeconds == whole)
        }
    }
}
