import Testing

@testable import Serving

struct RouteTableTests {
    private let table = RouteTable([
        .init(id: "page", method: .get, pattern: "/", needsAccounts: false),
        .init(id: "result", method: .get, pattern: "/results/{id}", needsAccounts: true),
        .init(id: "account", method: .get, pattern: "/account", needsAccounts: true),
        .init(id: "deleteAccount", method: .delete, pattern: "/account", needsAccounts: true),
    ])

    @Test func `a path has the methods of its operations, and GET includes HEAD`() {
        #expect(table.methods(of: "/account") == ["DELETE", "GET", "HEAD"])
        #expect(table.methods(of: "/results/7") == ["GET", "HEAD"])
        #expect(table.methods(of: "/results").isEmpty && table.methods(of: "/results/7/8").isEmpty)
    }

    @Test func `names for metrics and logs are patterns only`() {
        #expect(table.name(of: "/") == "/" && table.name(of: "/results/anna") == "/results/{id}")
        #expect(table.name(of: "/nowhere") == "other")
        #expect(table.knownMethod(.delete) == "DELETE" && table.knownMethod(.init("BREW")!) == "other")
    }
}
