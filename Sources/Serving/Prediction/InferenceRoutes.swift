import APIErrors
import Foundation
import Hummingbird
import Inference

/// The routes of the model by the Open Inference Protocol, version 2.
struct InferenceRoutes: Sendable {
    let reader: UploadReader
    /// Nil without a model of pictures.
    let service: PredictionService?

    func add(to routes: inout RouteTable) {
        routes.handle("model") { _, context in
            let model = try service(named: context).predictor.model
            return try JSONBody.response(ModelDescription(model, limits: reader.limits))
        }
        routes.handle("infer") { try await infer($0, context: $1) }
    }

    /// Classifies all pictures, or fails with the first picture's error.
    private func infer(_ request: Request, context: ServerContext) async throws -> Response {
        let service = try service(named: context)
        let (body, memory) = try await reader.json(of: request)
        defer { withExtendedLifetime(memory) {} }
        let inference = try InferenceRequest(decoding: body)
        let pictures = try inference.pictures(limits: reader.limits)
        let predictions = try await service.answers(for: pictures, ticket: context.ticket).map { try $0.get() }
        return try JSONBody.response(
            InferenceResponse(
                predictions, wanted: inference.outputs?.map(\.name), model: predictions[0].model,
                labels: service.predictor.model.labelSpace.count, id: inference.id ?? context.requestID))
    }

    /// - Throws: `APIError` with `unknownModel`.
    private func service(named context: ServerContext) throws -> PredictionService {
        guard let service else { throw APIError(.unknownModel, "Unknown model. This server has no model of pictures.") }
        let name = service.predictor.model.name
        guard context.parameters.get("model") == name else {
            throw APIError(.unknownModel, "Unknown model. This server has the model '\(name)'.")
        }
        return service
    }
}
