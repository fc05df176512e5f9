import APIErrors
import Foundation
import Hummingbird
import Inference

/// The routes of the model by the Open Inference Protocol, version 2.
struct InferenceRoutes: Sendable {
    let reader: UploadReader
    let service: PredictionService

    private var model: TrainedModel { service.predictor.model }

    func add(to routes: inout RouteTable) {
        routes.handle("model") { _, context in
            try checkName(context)
            return try JSONBody.response(ModelDescription(model, limits: reader.limits))
        }
        routes.handle("infer") { try await infer($0, context: $1) }
    }

    /// Classifies all pictures, or fails with the first picture's error.
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
            throw APIError(.unknownModel, "Unknown model. This server has the model '\(model.name)'.")
        }
    }
}
