import HTTPTypes
import Hummingbird

/// Lets pages of configured origins (`cors.origins`) use the API.
///
/// Their requests are treated like those of the server's own pages.
///
/// - Source: WHATWG Fetch, section 3.3 (CORS protocol).
struct CrossOrigin: RouterMiddleware {
    typealias Context = ServerContext

    let origins: [String]
    let routes: RouteTable

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin]?.lowercased(), origins.contains(origin) else {
            var response = try await next(request, context)
            response.headers[values: .vary].append("Origin")
            return response
        }
        var response: Response
        if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            response = preflight(request)
        } else {
            var head = request.head
            head.headerFields[.origin] = nil
            head.headerFields[.secFetchSite] = nil
            response = try await next(Request(head: head, body: request.body), context)
            response.headers[.accessControlExposeHeaders] = Self.exposed
        }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlAllowCredentials] = "true"
        response.headers[values: .vary].append("Origin")
        return response
    }

    private static let exposed =
        "Allow, Content-Disposition, Content-Location, Inference-Header-Content-Length, Retry-After, X-Request-Id"

    /// Answers the question of a browser before the request itself.
    private func preflight(_ request: Request) -> Response {
        var headers: HTTPFields = [
            .accessControlAllowMethods: routes.methods(of: request.uri.path).joined(separator: ", "),
            .accessControlMaxAge: "600",
        ]
        headers[.accessControlAllowHeaders] = request.headers[.accessControlRequestHeaders]
        return Response(status: .noContent, headers: headers)
    }
}
