import APIErrors
import Hummingbird

/// The routes of the server.
///
/// `openapi.yaml` declares each route once, and handlers refer to it by its `operationId`. The router, `405` with `Allow`,
/// the names in metrics and logs, and the responses of a server without accounts follow from the declaration.
struct RouteTable: Sendable {
    typealias Handler = @Sendable (Request, ServerContext) async throws -> Response

    private let operations: [APIDescription.Operation]
    private var handlers: [String: Handler] = [:]
    /// Whether browsers must always use TLS.
    var isOverTLS = false
    /// Returns the navigation for the caller of a browser's request.
    var navigation: @Sendable (Request) async -> Navigation = { _ in Navigation() }
    /// Returns the page for an error and a request id; nil for JSON to browsers too.
    var errorPage: (@Sendable (APIError, String) -> Response)?

    init(_ operations: [APIDescription.Operation]) { self.operations = operations }

    /// Whether the table has an operation.
    func declares(_ operationID: String) -> Bool { operations.contains { $0.id == operationID } }

    /// Sets the handler of a route.
    ///
    /// - Precondition: `openapi.yaml` declares the operation, and it has no handler yet.
    mutating func handle(_ operationID: String, with handler: @escaping Handler) {
        precondition(declares(operationID), "openapi.yaml has no operation \(operationID)")
        let previous = handlers.updateValue(handler, forKey: operationID)
        precondition(previous == nil, "\(operationID) has two handlers")
    }

    /// Returns a router with all routes. Those that need accounts and have no handler respond with `noAccounts`.
    ///
    /// - Parameters:
    ///   - budget: The memory for large responses.
    ///   - origins: The origins of other front ends that may use the routes.
    /// - Precondition: Every other route has a handler.
    func router(telemetry: Telemetry, budget: ByteBudget, origins: [String] = []) -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: [.autoGenerateHeadEndpoints])
        if !origins.isEmpty { router.add(middleware: CrossOrigin(origins: origins, routes: self)) }
        router.add(middleware: RequestBoundary(routes: self, telemetry: telemetry, budget: budget))
        router.add(middleware: RequestRules())
        for operation in operations {
            precondition(operation.needsAccounts || handlers[operation.id] != nil, "\(operation.id) has no handler")
            let handler = handlers[operation.id] ?? { _, _ in throw APIError(.noAccounts) }
            router.on(RouterPath(stringLiteral: operation.pattern), method: operation.method, use: handler)
        }
        return router
    }

    /// Returns the methods of a path, sorted; empty for an unknown path.
    func methods(of path: String) -> [String] {
        var methods = Set(operations.filter { Self.matches(path, $0.pattern) }.map(\.method.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        return methods.sorted()
    }

    /// Returns the pattern that a path matches, or `other`, so that metrics and logs contain no paths of clients.
    func name(of path: String) -> String {
        operations.first { Self.matches(path, $0.pattern) }?.pattern ?? "other"
    }

    /// Returns the name of a standard method, or `other`.
    func knownMethod(_ method: HTTPRequest.Method) -> String {
        let known: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        return known.contains(method) ? method.rawValue : "other"
    }

    private static func matches(_ path: String, _ pattern: String) -> Bool {
        let path = path.split(separator: "/")
        let pattern = pattern.split(separator: "/")
        return path.count == pattern.count && zip(path, pattern).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
    }
}
