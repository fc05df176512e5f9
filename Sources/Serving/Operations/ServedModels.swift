import Hummingbird
import Logging
import Synchronization
import Uploads

/// The loaded models with their threads and the routes that use them. A reload replaces all of it.
///
/// The threads end with the last request that uses them.
final class ServedModels: Sendable {
    let models: UploadModels
    private let services: [PredictionService]
    private let responder: any HTTPResponder<ServerContext>
    /// Responds on the listener of operators.
    fileprivate let operations: any HTTPResponder<ServerContext>

    init(
        models: UploadModels, services: [PredictionService], responder: any HTTPResponder<ServerContext>,
        operations: any HTTPResponder<ServerContext>
    ) {
        (self.models, self.services) = (models, services)
        (self.responder, self.operations) = (responder, operations)
    }

    deinit { stop() }

    /// Lets the threads end when no picture waits.
    func stop() { for service in services { service.stop() } }

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        defer { withExtendedLifetime(self) {} }
        return try await responder.respond(to: request, context: context)
    }
}

/// Responds to requests with the models that are loaded at the moment.
///
/// A request keeps its models until its response, also if others are loaded meanwhile.
final class CurrentModels: HTTPResponder {
    typealias Context = ServerContext

    private let current: Mutex<ServedModels>
    private let telemetry: Telemetry
    private let proxy: ProxyHeaderCheck

    init(_ first: ServedModels, telemetry: Telemetry, proxy: ProxyHeaderCheck) {
        current = Mutex(first)
        (self.telemetry, self.proxy) = (telemetry, proxy)
    }

    /// Responds on the listener of operators.
    var operations: some HTTPResponder<ServerContext> {
        CallbackResponder { request, context in
            try await self.current.withLock { $0 }.operations.respond(to: request, context: context)
        }
    }

    func replace(with new: ServedModels) { current.withLock { $0 = new } }

    func stop() { current.withLock { $0.stop() } }

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        var context = context
        context.logger[metadataKey: "caller_request_id"] = CallerRequestID.value(of: request).map { "\($0)" }
        proxy.check(request, logger: context.logger)
        let served = current.withLock { $0 }
        let response = try await served.respond(to: request, context: context)
        if request.method == .post, request.uri.path == "/login" { telemetry.loggedIn(status: response.status.code) }
        return response
    }
}
