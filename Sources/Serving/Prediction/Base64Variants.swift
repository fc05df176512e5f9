import Foundation

/// Base64 as clients write it: also with line breaks, without padding, in the URL alphabet, and as a data URL.
enum Base64Variants {
    /// Returns the bytes; nil if the text is not valid.
    ///
    /// - Source: RFC 4648, sections 4 and 5; RFC 2397.
    static func decode(_ text: String) -> Data? {
        var characters = Substring(text).utf8
        if text.prefix(5).lowercased() == "data:" {
            guard let comma = characters.firstIndex(of: UInt8(ascii: ",")),
                text[..<comma].lowercased().hasSuffix(";base64")
            else { return nil }
            characters = characters[characters.index(after: comma)...]
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count + 3)
        for byte in characters {
            switch byte {
            case UInt8(ascii: "-"): bytes.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): bytes.append(UInt8(ascii: "/"))
            case 0x09, 0x0A, 0x0D, 0x20: break
            default: bytes.append(byte)
            }
        }
        let padding = UInt8(ascii: "=")
        for _ in 0 ..< 2 where bytes.last == padding { bytes.removeLast() }
        guard bytes.count % 4 != 1, !bytes.contains(padding) else { return nil }
        bytes += Array(repeating: padding, count: (4 - bytes.count % 4) % 4)
        return Data(base64Encoded: Data(bytes))
    }
}
