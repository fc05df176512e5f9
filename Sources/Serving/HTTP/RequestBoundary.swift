import APIErrors
import Hummingbird
import Logging

/// Wraps every request: turns errors into error responses, adds common headers, counts and logs.
struct RequestBoundary: RouterMiddleware {
    typealias Context = ServerContext

    let routes: RouteTable
    let telemetry: Telemetry
    /// The memory for large responses.
    let budget: ByteBudget

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let started = ContinuousClock.now
        telemetry.inFlight.add(1)
        let isBrowser = AcceptHeader.prefersHTML(request.headers[.accept])
        let navigation = isBrowser ? await routes.navigation(request) : Navigation()
        var response = await Navigation.$current.withValue(navigation) {
            do {
                var response = try await next(request, context)
                response.body = try response.body.inPieces(reservedIn: budget)
                return response
            } catch {
                let error = apiError(for: error, request: request, context: context)
                let isInference = Self.isInference(request.uri.path)
                guard isBrowser, !isInference, let page = routes.errorPage else {
                    return errorResponse(error, context: context, isInference: isInference)
                }
                return page(error, context.requestID)
            }
        }
        telemetry.inFlight.add(-1)
        addSharedHeaders(to: &response, requestID: context.requestID)
        if request.method == .head { response = response.createHeadResponse() }
        let route = routes.name(of: request.uri.path)
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        telemetry.answered(route: route, status: response.status.code, seconds: seconds)
        context.logger.info(
            "answered",
            metadata: [
                "method": "\(routes.knownMethod(request.method))", "route": "\(route)",
                "status": .stringConvertible(response.status.code),
                "milliseconds": .stringConvertible((seconds * 10_000).rounded() / 10),
            ])
        return response
    }

    private func apiError(for error: any Error, request: Request, context: ServerContext) -> APIError {
        switch error {
        case let error as APIError: return error
        case let error as HTTPError where error.status == .notFound:
            let methods = routes.methods(of: request.uri.path)
            guard methods.isEmpty else {
                return APIError(
                    .methodNotAllowed,
                    headers: [.allow: methods.joined(separator: ", ")])
            }
            return APIError(.notFound, "This path does not exist. GET /openapi.json describes all paths.")
        case is CancellationError: return .shuttingDown
        default:
            // Only the type, because the error may name files or quote the request.
            context.logger.error("unexpected error", metadata: ["type": "\(type(of: error))"])
            return APIError(.internalError)
        }
    }

    /// Whether a path belongs to the Open Inference Protocol, which has errors of its own form.
    private static func isInference(_ path: String) -> Bool { path.split(separator: "/").first == "v2" }

    private func errorResponse(_ error: APIError, context: ServerContext, isInference: Bool) -> Response {
        let id = context.requestID
        let body =
            isInference
            ? try? JSONBody.data(InferenceErrorBody(error, requestID: id))
            : try? JSONBody.data(ErrorBody(error, requestID: id))
        var headers = error.headers
        headers[.contentType] = "application/json"
        if error.endsConnection { headers[.connection] = "close" }
        return Response(
            status: error.code.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body ?? .init())))
    }

    private func addSharedHeaders(to response: inout Response, requestID: String) {
        response.headers[.xRequestID] = requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.contentSecurityPolicy] == nil {
            // A browser that shows a response for programs must not execute anything.
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "no-referrer" }
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        if routes.isOverTLS { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    }
}
