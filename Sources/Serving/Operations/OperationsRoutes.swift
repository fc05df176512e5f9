import APIErrors
import Hummingbird
import Inference

/// The routes for operators: health, metrics and the API description.
struct OperationsRoutes: Sendable {
    let models: [TrainedModel]
    let service: PredictionService?
    let uploads: UploadQueue
    let telemetry: Telemetry
    let description: APIDescription

    /// The routes of the listener of its own, by `operationId`.
    static let ofListener = ["live", "ready", "metrics"]

    /// Adds the handlers of the operations that the table declares.
    func add(to routes: inout RouteTable) {
        let fingerprints = models.map {
            [(name: "name", value: $0.name), (name: "sha256", value: $0.digest?.description ?? "")]
        }
        let handlers: [(id: String, RouteTable.Handler)] = [
            ("live", { _, _ in try JSONBody.response(["live": true]) }),
            (
                "ready",
                { _, _ in
                    guard !uploads.isStopping else { throw APIError.shuttingDown }
                    return try JSONBody.response(["ready": true])
                }
            ),
            (
                "metrics",
                { _, _ in
                    let text = telemetry.text(
                        queueDepth: service?.queueDepth ?? 0, uploadDepth: uploads.depth, models: fingerprints)
                    return Response(
                        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
                }
            ), ("openapi", { _, _ in description.response() }),
        ]
        for (id, handler) in handlers where routes.declares(id) { routes.handle(id, with: handler) }
    }
}
