import APIErrors
import Foundation
import Hummingbird
import Inference
import Progress

/// The routes of the model by the Open Inference Protocol, version 2.
struct InferenceRoutes: Sendable {
    let reader: UploadReader
    /// Nil without a model of pictures.
    let service: PredictionService?

    func add(to routes: inout RouteTable) {
        routes.handle("protocol") { _, _ in try JSONBody.response(ServerDescription()) }
        // The routes of a version are those of its model.
        for suffix in ["", "Version"] {
            routes.handle("model" + suffix) { _, context in
                let model = try service(named: context).predictor.model
                return try JSONBody.response(ModelDescription(model, limits: reader.limits))
            }
            routes.handle("modelReady" + suffix) { _, context in
                try JSONBody.response(ModelReadiness(name: try service(named: context).predictor.model.name))
            }
            routes.handle("infer" + suffix) { try await infer($0, context: $1) }
        }
    }

    /// Public clients send JSON without a type, or with one of these.
    private static let types = [
        nil, "application/json", "application/octet-stream", "application/x-www-form-urlencoded",
    ]

    /// Classifies all pictures, or fails with the first picture's error.
    private func infer(_ request: Request, context: ServerContext) async throws -> Response {
        let service = try service(named: context)
        let (body, memory) = try await reader.json(of: request, types: Self.types)
        defer { withExtendedLifetime(memory) {} }
        let inference = try InferenceRequest(
            decoding: body, headerLength: request.headers[.inferenceHeaderContentLength])
        let pictures = try inference.pictures(limits: reader.limits)
        let predictions = try await service.answers(for: pictures).map { try $0.get() }
        return try InferenceResponse(
            predictions, request: inference, model: predictions[0].model,
            labels: service.predictor.model.labelSpace.count, id: context.requestID
        ).response()
    }

    /// - Throws: `APIError` with `unknownModel`.
    private func service(named context: ServerContext) throws -> PredictionService {
        guard let service else { throw APIError(.unknownModel, "Unknown model. This server has no model of pictures.") }
        let model = service.predictor.model
        guard context.parameters.get("model") == model.name else {
            throw APIError(.unknownModel, "Unknown model. This server has the model '\(model.name)'.")
        }
        let version = model.digest.map { "\($0)" }
        if let wanted = context.parameters.get("version"), wanted != version {
            throw APIError(
                .unknownModel, "Unknown version. The model '\(model.name)' has the version \(version ?? "none").")
        }
        return service
    }
}

/// The response of `GET /v2`.
private struct ServerDescription: Encodable {
    let name = "heartsense"
    let version = HeartSenseVersion.current
    let extensions = ["binary_tensor_data"]
}

/// The response of `GET /v2/models/{m}/ready`.
private struct ModelReadiness: Encodable {
    let name: String
    let ready = true
}
