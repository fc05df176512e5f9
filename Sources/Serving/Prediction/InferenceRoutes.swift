import APIErrors
import Foundation
import Hummingbird
import Inference
import Progress

/// The routes of the model by the Open Inference Protocol, version 2.
struct InferenceRoutes: Sendable {
    let reader: UploadReader
    /// One for each version of each model of pictures, the default versions first.
    let services: [PredictionService]

    func add(to routes: inout RouteTable) {
        routes.handle("protocol") { _, _ in try JSONBody.response(ServerDescription()) }
        // The routes of a version are those of its model.
        for suffix in ["", "Version"] {
            routes.handle("model" + suffix) { _, context in
                let model = try service(named: context).predictor.model
                return try JSONBody.response(
                    ModelDescription(model, versions: versions(of: model.name), limits: reader.limits))
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
        let answers = try await service.answers(for: pictures, ticket: context.ticket)
        service.telemetry.count(answers)
        let predictions = try answers.map { try $0.get() }
        return try InferenceResponse(
            predictions, request: inference, model: predictions[0].model,
            labels: service.predictor.model.labelSpace.count, id: context.requestID
        ).response()
    }

    /// - Throws: `APIError` with `unknownModel`.
    private func service(named context: ServerContext) throws -> PredictionService {
        try service(context.parameters.get("model") ?? "", version: context.parameters.get("version"))
    }

    /// Returns the service of a model.
    ///
    /// - Parameter version: The SHA-256 of the model; nil for the default version.
    /// - Throws: `APIError` with `unknownModel`.
    func service(_ name: String, version: String? = nil) throws -> PredictionService {
        let found = services.filter { $0.predictor.model.name == name }
        guard let standard = found.first else {
            let names = services.map { "'\($0.predictor.model.name)'" }
            let known = names.indices.filter { !names[..<$0].contains(names[$0]) }.map { names[$0] }
            throw APIError(
                .unknownModel,
                known.isEmpty
                    ? "Unknown model. This server has no model of pictures."
                    : "Unknown model. This server has the model\(known.count == 1 ? "" : "s") "
                        + "\(known.joined(separator: ", ")).")
        }
        guard let version else { return standard }
        guard let service = found.first(where: { $0.predictor.model.digest?.description == version }) else {
            throw APIError(
                .unknownModel, "Unknown version. Versions of '\(name)': \(versions(of: name).joined(separator: ", ")).")
        }
        return service
    }

    /// Returns the versions of a model, the default first.
    private func versions(of name: String) -> [String] {
        services.map(\.predictor.model).filter { $0.name == name }.compactMap { $0.digest?.description }
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
