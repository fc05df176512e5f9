import Experiments
import Foundation
import Hummingbird
import Mustache

/// The page for people, and what it is made of.
struct WebPage: Sendable {
    /// A file that the page loads.
    struct Asset: Sendable {
        let name: String
        let type: String
        let bytes: [UInt8]
    }

    static let assets = [
        Asset(name: "page.css", type: "text/css; charset=utf-8", bytes: PackageResources.page_css)
    ]

    /// Nothing from elsewhere, nothing inline.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private let html: String

    /// Renders the page once: it says the same to everybody.
    init(model: TrainedModel, limits: UploadLimits) throws {
        let template = try MustacheTemplate(string: String(decoding: PackageResources.page_mustache, as: UTF8.self))
        html = template.render([
            "model": model.name, "files": "\(limits.files)", "megabytes": "\(limits.fileBytes >> 20)",
            "notice": Prediction.notice,
        ])
    }

    func response() -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: Self.contentSecurityPolicy,
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    /// - Throws: `Refusal` with `notFound`.
    static func asset(_ name: String?) throws -> Response {
        guard let asset = assets.first(where: { $0.name == name }) else {
            throw Refusal(.notFound, "There is no such file.")
        }
        return Response(
            status: .ok, headers: [.contentType: asset.type, .cacheControl: "public, max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }
}
