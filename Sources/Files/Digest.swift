import CCrypto
import Foundation

/// A SHA-256 digest, which identifies a file, a picture or a network.
public struct Digest: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// The version of the library that computes it, for example `OpenSSL 3.0.11 19 Sep 2023`.
    public static var library: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }

    /// Computes the digest of `data`.
    public init(of data: some ContiguousBytes) {
        var hasher = Digest.Hasher()
        hasher.update(data)
        self = hasher.finish()
    }

    /// Computes the digest of a text in UTF-8.
    public init(of text: String) {
        self.init(of: Array(text.utf8))
    }

    /// Computes the digest of a file's content.
    public init(ofFile path: String) throws {
        self.init(of: try FileContent.bytes(of: path, limit: .max))
    }

    /// Parses 64 hexadecimal digits; nil for anything else.
    public init?(hexadecimal: String) {
        let digits = Array(hexadecimal.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for pair in stride(from: 0, to: 64, by: 2) {
            guard digits[pair] != UInt8(ascii: "+"),
                let byte = UInt8(String(decoding: digits[pair ..< pair + 2], as: UTF8.self), radix: 16)
            else {
                return nil
            }
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

    /// 64 lower-case hexadecimal digits.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    public static func < (left: Digest, right: Digest) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    public init(from decoder: Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = Digest(hexadecimal: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "64 hexadecimal digits expected"))
        }
        self = digest
    }

    public func encode(to encoder: Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Digest {
    /// Computes a digest incrementally.
    public struct Hasher: ~Copyable {
        private let context: OpaquePointer

        public init() {
            context = EVP_MD_CTX_new()
            EVP_DigestInit_ex(context, EVP_sha256(), nil)
        }

        deinit { EVP_MD_CTX_free(context) }

        public mutating func update(_ data: some ContiguousBytes) {
            data.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        }

        public consuming func finish() -> Digest {
            var bytes = [UInt8](repeating: 0, count: 32)
            var length: UInt32 = 32
            EVP_DigestFinal_ex(context, &bytes, &length)
            return Digest(bytes: bytes)
        }
    }
}
