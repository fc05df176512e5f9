import APIErrors
import Hummingbird

/// The routes for operators: health, metrics and the API description.
struct OperationsRoutes: Sendable {
    let service: PredictionService
    let telemetry: Telemetry
    let description: APIDescription

    func add(to routes: inout RouteTable) {
        routes.handle("live") { _, _ in try JSONBody.response(["live": true]) }
        routes.handle("ready") { _, _ in
            guard !service.isStopping else { throw APIError.shuttingDown }
            return try JSONBody.response(["ready": true])
        }
        let model = service.predictor.model
        let fingerprint = [
            (name: "name", value: model.name), (name: "sha256", value: model.digest?.description ?? ""),
        ]
        routes.handle("metrics") { _, _ in
            let text = telemetry.text(queueDepth: service.queueDepth, model: fingerprint)
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        routes.handle("openapi") { _, _ in description.response() }
    }
}
