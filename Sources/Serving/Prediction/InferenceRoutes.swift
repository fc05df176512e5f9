import APIErrors
import Foundation
import Hummingbird
import Inference

/// The model's routes of the Open Inference Protocol, version 2.
struct InferenceRoutes: Sendable {
    let reader: UploadReader
    let service: PredictionService

    private var model: TrainedModel { service.predictor.model }

    func add(to routes: inout RouteTable) {
        routes.add(.get, "/v2/models/{model}") { _, context in
            try checkName(context)
            return try JSONBody.response(ModelDescription(model, limits: reader.limits))
        }
        routes.add(.post, "/v2/models/{model}/infer") { try await infer($0, context: $1) }
    }

    /// All pictures are answered, or the request is refused with the first picture's reason.
    private func infer(_ request: Request, context: ServerContext) async throws -> Response {
        try checkName(context)
        let (body, memory) = try await reader.json(of: request)
        defer { withExtendedLifetime(memory) {} }
        let inference = try InferenceRequest(decoding: body)
        let pictures = try inference.pictures(limits: reader.limits)
        let predictions = try await service.answers(for: pictures).map { try $0.get() }
        return try JSONBody.response(
            InferenceResponse(
                predictions, wanted: inference.outputs?.map(\.name), model: predictions[0].model,
                labels: model.labelSpace.count, id: inference.id ?? context.requestID))
    }

    private func checkName(_ context: ServerContext) throws {
        guard context.parameters.get("model") == model.name else {
            throw Refusal(.unknownModel, "The server answers with the model \(model.name), no other.")
        }
    }
}
