import Files
import Foundation
import Imaging
import TestSupport

/// The files written by `Fixtures/make_fixtures.py`, with the pixels that Pillow decodes.
enum Fixtures {
    struct Expected: Decodable {
        /// Width, height and the digest of the page.
        let pages: [String: Entry]
        /// The digest of the gray bytes.
        let gray: [String: String]

        enum CodingKeys: String, CodingKey {
            case pages
            case gray = "grey"
        }

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
    /// The digest that `make_fixtures.py` computes: width, height and every pixel.
    var contentDigest: Digest {
        func bytes(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0) } }
        return Digest(of: bytes(width) + bytes(height) + pixels)
    }
}
