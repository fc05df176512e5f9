import APIErrors
import Accounts
import Hummingbird
import Inference
import Mail

/// The routes for operators: health, metrics and the API description.
struct OperationsRoutes: Sendable {
    let models: [TrainedModel]
    let services: [PredictionService]
    let explanations: PredictionService?
    let uploads: UploadQueue
    /// Nil without a database.
    let accounts: AccountService?
    let readiness: Readiness
    let telemetry: Telemetry
    let description: APIDescription

    /// The routes of the listener of operators.
    var table: RouteTable {
        var routes = RouteTable(description.operations.filter { ["live", "ready", "metrics"].contains($0.id) })
        add(to: &routes)
        return routes
    }

    /// Adds the handlers of the operations that the table declares.
    func add(to routes: inout RouteTable) {
        let handlers: [(id: String, RouteTable.Handler)] = [
            ("live", { _, _ in try JSONBody.response(["live": true]) }),
            (
                "ready",
                { _, _ in
                    try await readiness.check(isStalled: uploads.isStalled() || services.contains { $0.isStalled() })
                    return try JSONBody.response(["ready": true])
                }
            ),
            (
                "metrics",
                { _, _ in
                    let text = telemetry.text(await state)
                    return Response(
                        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
                }
            ), ("openapi", { _, _ in description.response() }),
        ]
        for (id, handler) in handlers where routes.declares(id) { routes.handle(id, with: handler) }
    }

    private var state: Telemetry.State {
        get async {
            var state = Telemetry.State()
            state.pictures = services.reduce(0) { $0 + $1.queueDepth }
            state.explanations = explanations?.queueDepth ?? 0
            state.uploads = uploads.depth
            state.models = models.map { ($0.name, $0.digest?.description ?? "") }
            if let accounts {
                let mails = try? await Outbox(accounts.storage).counts()
                let isInPlace = (try? await accounts.storage.check()) != nil
                state.hasDatabase = mails != nil && isInPlace
                state.mails = mails ?? [:]
            }
            state.process = .current()
            return state
        }
    }
}
