import Hummingbird

/// The routes by pattern and method, for the router, for `405` with `Allow`, and for metrics and logs, so that names made
/// up by clients never appear there.
struct RouteTable: Sendable {
    struct Route: Sendable {
        let method: HTTPRequest.Method
        /// The path, with parameters in braces as in OpenAPI: `/v2/models/{model}`.
        let pattern: String
        let handler: @Sendable (Request, ServerContext) async throws -> Response
    }

    private(set) var routes: [Route] = []

    mutating func add(
        _ method: HTTPRequest.Method, _ pattern: String,
        _ handler: @escaping @Sendable (Request, ServerContext) async throws -> Response
    ) {
        routes.append(Route(method: method, pattern: pattern, handler: handler))
    }

    /// Returns a router with all routes.
    func router(telemetry: Telemetry) -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: RequestBoundary(routes: self, telemetry: telemetry))
        for route in routes {
            router.on(RouterPath(stringLiteral: route.pattern), method: route.method, use: route.handler)
        }
        return router
    }

    /// Returns the methods of a path, sorted; empty for an unknown path.
    func methods(of path: String) -> [String] {
        var methods = Set(routes.filter { Self.matches(path, $0.pattern) }.map(\.method.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        return methods.sorted()
    }

    /// Returns the pattern that a path matches, or `other`.
    func name(of path: String) -> String {
        routes.first { Self.matches(path, $0.pattern) }?.pattern ?? "other"
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
