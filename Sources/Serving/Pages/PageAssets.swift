import APIErrors
import Files
import Foundation
import Hummingbird

/// The static files of the pages, compiled into the program.
enum PageAssets {
    struct Asset: Sendable {
        let name: String
        let type: String
        let bytes: [UInt8]

        /// The URL, with a part of the digest, so that browsers load a new version of the file.
        var address: String { "/assets/\(name)?v=\(Digest(of: Data(bytes)).description.prefix(12))" }
    }

    static let style = Asset(name: "page.css", type: "text/css; charset=utf-8", bytes: PackageResources.page_css)
    static let script = Asset(name: "page.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.page_js)
    static let all = [style, script, icon]
    static let icon = Asset(name: "icon.svg", type: "image/svg+xml", bytes: PackageResources.icon_svg)

    /// - Throws: `APIError` with `notFound`.
    static func response(_ name: String?) throws -> Response {
        guard let asset = all.first(where: { $0.name == name }) else {
            throw APIError(.notFound, "This file does not exist.")
        }
        return Response(
            status: .ok, headers: [.contentType: asset.type, .cacheControl: "public, max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }
}
