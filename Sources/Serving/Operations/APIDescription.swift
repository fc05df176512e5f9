import APIErrors
import Classifiers
import Foundation
import HTTPTypes
import Hummingbird
import Inference
import Progress
import Yams

/// The API by `openapi.yaml`: the response of `GET /openapi.json`, and the routes.
///
/// The version, model, limits and error codes of this server replace the placeholders in the file.
struct APIDescription: Sendable {
    /// One method of a path.
    struct Operation: Sendable {
        /// Its `operationId`.
        let id: String
        let method: HTTPRequest.Method
        /// The path, with parameters in braces: `/v2/models/{model}`.
        let pattern: String
        /// Whether a server without accounts responds with 501.
        let needsAccounts: Bool
    }

    let json: Data
    /// The operations in the order of the file.
    let operations: [Operation]

    /// - Parameters:
    ///   - models: The models of pictures. The first one is that of `POST /predict`.
    ///   - codes: The codes of the labels of all models, for the form of reviews.
    ///   - servesMetrics: Whether the description has the path of the metrics.
    init(
        models: [TrainedModel], codes labels: [String], limits: UploadLimits, servesMetrics: Bool = true
    ) throws {
        let model = models.first
        let names = models.isEmpty ? ["none"] : models.map(\.name)
        let codes = ErrorCode.allCases.map { "- `\($0.rawValue)` (\($0.status.code)): \($0.sentence)" }
        let values: [String: String] = [
            "VERSION": HeartSenseVersion.current,
            "MODEL": try names.indices.filter { !names[..<$0].contains(names[$0]) }.map { try Self.quoted(names[$0]) }
                .joined(separator: ", "),
            "MODEL_VERSION": try Self.quoted(model?.digest.map { "\($0)" } ?? "none"),
            "FILES": "\(limits.files)",
            "ERROR_CODES": "[\(ErrorCode.allCases.map(\.rawValue).joined(separator: ", "))]",
            "ERROR_MEANINGS": try Self.quoted("The kind of error:\n\n" + codes.joined(separator: "\n")),
            "REASONS": "[\(Reason.allCases.map(\.rawValue).joined(separator: ", "))]",
            "REASON_MEANINGS": try Self.quoted(
                "Why the result is uncertain:\n\n"
                    + Reason.allCases.map { "- `\($0.rawValue)`: \($0.sentence)" }.joined(separator: "\n")),
            "ASSETS": "[\(PageAssets.all.map(\.name).joined(separator: ", "))]",
            "LABELS": "\(model?.labelSpace.count ?? 0)",
            // The form for corrections has a checkbox per label.
            "BOXES": labels.map { "\"label-\($0)\": {type: string}" }.joined(
                separator: "\n        "),
        ]
        var text = String(decoding: PackageResources.openapi_yaml, as: UTF8.self)
        for (name, value) in values { text = text.replacing("{{\(name)}}", with: value) }
        let node = try Yams.compose(yaml: text)
        var object = Self.value(of: node) as? [String: Any] ?? [:]
        if !servesMetrics {
            object["paths"] = (object["paths"] as? [String: Any])?.filter { $0.key != "/metrics" }
        }
        json = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        operations = Self.operations(in: node)
    }

    func response() -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }

    /// Returns the operations of a description. Other members of a path, such as `parameters`, have no `operationId`.
    private static func operations(in description: Node?) -> [Operation] {
        (description?["paths"]?.mapping ?? [:]).flatMap { path, members in
            (members.mapping ?? [:]).compactMap { name, operation -> Operation? in
                guard let pattern = path.string, let id = operation["operationId"]?.string,
                    let method = HTTPRequest.Method(name.string?.uppercased() ?? "")
                else { return nil }
                let status = "\(ErrorCode.noAccounts.status.code)"
                let needsAccounts = operation["responses"]?.mapping?.contains { $0.key.string == status }
                return Operation(id: id, method: method, pattern: pattern, needsAccounts: needsAccounts ?? false)
            }
        }
    }

    /// Encodes a text as a JSON string, which is a YAML scalar.
    private static func quoted(_ text: String) throws -> String {
        String(decoding: try JSONBody.data(text), as: UTF8.self)
    }

    private static func value(of node: Node?) -> Any {
        switch node {
        case .mapping(let mapping):
            Dictionary(uniqueKeysWithValues: mapping.map { ($0.key.string ?? "", value(of: $0.value)) })
        case .sequence(let sequence): sequence.map { value(of: $0) }
        case .scalar: node?.any ?? NSNull()
        default: NSNull()
        }
    }
}
