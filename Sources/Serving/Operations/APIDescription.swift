import APIErrors
import Foundation
import Hummingbird
import Inference
import Progress
import Yams

/// `GET /openapi.json`: `openapi.yaml`, with this server's version, model, limits and error codes filled in.
struct APIDescription: Sendable {
    static let path = "/openapi.json"

    let json: Data

    init(model: TrainedModel, limits: UploadLimits) throws {
        let codes = ErrorCode.allCases.map { "- `\($0.rawValue)` (\($0.status.code)): \($0.meaning)" }
        let values: [String: String] = [
            "VERSION": HeartSenseVersion.current,
            "MODEL": try Self.quoted(model.name),
            "FILES": "\(limits.files)",
            "ERROR_CODES": "[\(ErrorCode.allCases.map(\.rawValue).joined(separator: ", "))]",
            "ERROR_MEANINGS": try Self.quoted("What went wrong:\n\n" + codes.joined(separator: "\n")),
            "ASSETS": "[\(PageAssets.all.map(\.name).joined(separator: ", "))]",
            "LABELS": "\(model.labelSpace.count)",
            // A correction's form has a box for each label.
            "BOXES": model.labelSpace.codes.map { "\"label-\($0)\": {type: string}" }.joined(separator: "\n        "),
        ]
        var text = String(decoding: PackageResources.openapi_yaml, as: UTF8.self)
        for (name, value) in values { text = text.replacing("{{\(name)}}", with: value) }
        let node = try Yams.compose(yaml: text)
        json = try JSONSerialization.data(
            withJSONObject: Self.value(of: node), options: [.sortedKeys, .withoutEscapingSlashes])
    }

    func response() -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }

    /// A JSON string is a YAML scalar.
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
