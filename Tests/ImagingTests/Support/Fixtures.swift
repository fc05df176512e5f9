import Files
import Foundation
import Imaging
import TestSupport

/// The files that `Fixtures/make_fixtures.py` made, and what Pillow saw in them.
enum Fixtures {
    struct Expected: Decodable {
        /// Width and height, and the digest of the page.
        let pages: [String: Entry]
        /// The digest of the grey bytes.
        let grey: [String: String]

        struct Entry: Decodable {
            let width: Int
            let height: Int
            let digest: String

            init(from decoder: Decoder) throws {
                var list = try decoder.unkeyedContainer()
                width = try list.decode(Int.self)
                height = try list.decode(Int.self)
                digest = try list.decode(String.self)
            }
        }
    }

    static let folder = SharedMaterial.checkout.appendingPathComponent("Tests/ImagingTests/Fixtures")

    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    static func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }

    static func expected() throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: data("expected.json"))
    }
}

extension Page {
    /// What `make_fixtures.py` digests: width, height and every pixel.
    var contentDigest: Digest {
        func bytes(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0) } }
        return Digest(of: bytes(width) + bytes(height) + pixels)
    }
}
