import APIErrors
import Hummingbird
import Logging

/// Surrounds every request: whatever goes wrong inside becomes an error body, and every answer gets the headers that
/// all share, is counted and logged.
struct RequestBoundary: RouterMiddleware {
    typealias Context = ServerContext

    let routes: RouteTable
    let telemetry: Telemetry

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let started = ContinuousClock.now
        telemetry.inFlight.add(1)
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = refusalResponse(refusal(of: error, request: request, context: context), context: context)
        }
        telemetry.inFlight.add(-1)
        addSharedHeaders(to: &response, requestID: context.requestID)
        let route = routes.name(of: request.uri.path)
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        telemetry.answered(route: route, status: response.status.code, seconds: seconds)
        context.logger.info(
            "answered",
            metadata: [
                "method": "\(routes.knownMethod(request.method))", "route": "\(route)",
                "status": "\(response.status.code)", "milliseconds": "\((seconds * 10_000).rounded() / 10)",
            ])
        return response
    }

    private func refusal(of error: any Error, request: Request, context: ServerContext) -> Refusal {
        switch error {
        case let refusal as Refusal: return refusal
        case let error as HTTPError where error.status == .notFound:
            let methods = routes.methods(of: request.uri.path)
            guard methods.isEmpty else {
                return Refusal(
                    .methodNotAllowed, ErrorCode.methodNotAllowed.meaning,
                    headers: [.allow: methods.joined(separator: ", ")])
            }
            return Refusal(.notFound, "There is no such path. GET /openapi.json describes those that there are.")
        case is CancellationError: return .shuttingDown
        default:
            // The type only: what an error says may name files or quote what was sent.
            context.logger.error("unexpected error", metadata: ["type": "\(type(of: error))"])
            return Refusal(.internalError, ErrorCode.internalError.meaning)
        }
    }

    private func refusalResponse(_ refusal: Refusal, context: ServerContext) -> Response {
        let body = (try? JSONBody.data(ErrorBody(refusal, requestID: context.requestID))) ?? .init()
        var headers = refusal.headers
        headers[.contentType] = "application/json"
        if refusal.endsConnection { headers[.connection] = "close" }
        return Response(status: refusal.code.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    private func addSharedHeaders(to response: inout Response, requestID: String) {
        response.headers[.xRequestID] = requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.contentSecurityPolicy] == nil {
            // Answers for programs: a browser that is made to show one shall run nothing.
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "no-referrer" }
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    }
}
