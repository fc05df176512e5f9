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

        /// The URL, with the version, so that browsers load a new version of the file. Scripts import others by relative
        /// names.
        var address: String { "/assets/\(PageAssets.version)/\(name)" }

        static func script(_ name: String, _ bytes: [UInt8]) -> Asset {
            Asset(name: name, type: "text/javascript; charset=utf-8", bytes: bytes)
        }
    }

    /// A part of the digest of all files.
    static let version: String = {
        var hasher = Digest.Hasher()
        for asset in all { hasher.update(asset.bytes) }
        return String(hasher.finish().description.prefix(12))
    }()

    static let style = Asset(name: "page.css", type: "text/css; charset=utf-8", bytes: PackageResources.page_css)
    static let script = Asset.script("page.js", PackageResources.page_js)
    static let resultScript = Asset.script("result.js", PackageResources.result_js)
    static let linkScript = Asset.script("link.js", PackageResources.link_js)
    static let reviewScript = Asset.script("review.js", PackageResources.review_js)
    static let all = [
        style, script, resultScript, linkScript, reviewScript, icon, .script("paper.js", PackageResources.paper_js),
        .script("calipers.js", PackageResources.calipers_js),
        .script("pictures.js", PackageResources.pictures_js),
        .script("corrections.js", PackageResources.corrections_js), .script("points.js", PackageResources.points_js),
        .script("underlay.js", PackageResources.underlay_js),
    ]
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
