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

    func add(to routes: inout RouteTable) {
        routes.handle("live") { _, _ in try JSONBody.response(["live": true]) }
        routes.handle("ready") { _, _ in
            try await readiness.check(
                isStalled: uploads.isStalled() || services.contains { $0.isStalled() })
            return try JSONBody.response(["ready": true])
        }
        routes.handle("metrics") { _, _ in
            let text = telemetry.text(await state)
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        routes.handle("openapi") { _, _ in description.response() }
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
