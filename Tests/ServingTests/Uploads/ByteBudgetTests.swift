import Foundation
import Testing

@testable import APIErrors
@testable import Serving

struct ByteBudgetTests {
    @Test func `a share beyond the budget is rejected, and is released with its object`() throws {
        let budget = ByteBudget(bytes: 10)
        var share: ByteBudget.Share? = ByteBudget.Share(of: budget)
        try share?.take(6)
        let other = ByteBudget.Share(of: budget)
        #expect { try other.take(5) } throws: { ($0 as? APIError)?.code == .busy }
        share = nil
        try other.take(10)
    }
}
