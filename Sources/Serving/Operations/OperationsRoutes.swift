import APIErrors
import Hummingbird

/// Whether the process lives and whether it takes work, what it counts about itself, and what its routes are, for whoever
/// runs it or sends it requests.
struct OperationsRoutes: Sendable {
    let service: PredictionService
    let telemetry: Telemetry
    let description: APIDescription

    func add(to routes: inout RouteTable) {
        routes.add(.get, "/v2/health/live") { _, _ in try JSONBody.response(["live": true]) }
        routes.add(.get, "/v2/health/ready") { _, _ in
            guard !service.isStopping else { throw Refusal.shuttingDown }
            return try JSONBody.response(["ready": true])
        }
        let model = service.predictor.model
        let fingerprint = [
            (name: "name", value: model.name), (name: "sha256", value: model.digest?.description ?? ""),
        ]
        routes.add(.get, "/metrics") { _, _ in
            let text = telemetry.text(queueDepth: service.queueDepth, model: fingerprint)
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        routes.add(.get, APIDescription.path) { _, _ in description.response() }
    }
}
