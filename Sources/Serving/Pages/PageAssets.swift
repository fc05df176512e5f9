import APIErrors
import Files
import Foundation
import Hummingbird

/// The files that pages load: compiled in, served under a name that changes with their content.
enum PageAssets {
    struct Asset: Sendable {
        let name: String
        let type: String
        let bytes: [UInt8]

        /// With a part of the digest, so that a browser that has kept an older version asks for the new one.
        var address: String { "/assets/\(name)?v=\(Digest(of: Data(bytes)).description.prefix(12))" }
    }

    static let style = Asset(name: "page.css", type: "text/css; charset=utf-8", bytes: PackageResources.page_css)
    static let script = Asset(name: "page.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.page_js)
    static let all = [style, script, icon]
    static let icon = Asset(name: "icon.svg", type: "image/svg+xml", bytes: PackageResources.icon_svg)

    /// - Throws: `Refusal` with `notFound`.
    static func response(_ name: String?) throws -> Response {
        guard let asset = all.first(where: { $0.name == name }) else {
            throw Refusal(.notFound, "There is no such file.")
        }
        return Response(
            status: .ok, headers: [.contentType: asset.type, .cacheControl: "public, max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }
}
