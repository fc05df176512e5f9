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

    @Test func `large requests leave a quarter of the budget to small ones`() throws {
        let budget = ByteBudget(bytes: 8 << 20)
        let large = ByteBudget.Share(of: budget)
        try large.take(6 << 20)
        #expect { try large.take(1) } throws: { ($0 as? APIError)?.code == .busy }
        #expect { try ByteBudget.Share(of: budget).take(2 << 20) } throws: { ($0 as? APIError)?.code == .busy }
        let small = ByteBudget.Share(of: budget)
        try small.take(1 << 20)
        #expect { try small.take(1, for: "a reason") } throws: { "\($0)".contains("a reason") }
        try withExtendedLifetime(large) { try ByteBudget.Share(of: budget).take(1 << 20) }
    }
}
