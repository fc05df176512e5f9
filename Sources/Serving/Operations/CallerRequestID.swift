import Hummingbird

/// The id that a caller or a proxy gives its request in the header `X-Request-Id`. Logs have it next to the server's own id.
enum CallerRequestID {
    /// Returns the id; nil if it is missing, long, or has characters that are unusual in ids.
    static func value(of request: Request) -> String? {
        guard let id = request.headers[.xRequestID], (1 ... 128).contains(id.utf8.count),
            id.utf8.allSatisfy({ isLetterOrDigit($0) || "-_.:/+=@".utf8.contains($0) })
        else { return nil }
        return id
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0") ... UInt8(ascii: "9"), UInt8(ascii: "A") ... UInt8(ascii: "Z"),
            UInt8(ascii: "a") ... UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
