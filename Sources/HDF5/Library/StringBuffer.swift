import CHDF5

/// Conversion of strings from and to libhdf5's buffers.
enum StringBuffer {
    /// Reads `count` strings of `bytes` bytes each, padded with NUL or spaces.
    ///
    /// - Parameter read: fills a buffer of `count * bytes` bytes.
    static func fixed(
        count: Int, bytes: Int, type: hid_t, _ read: (UnsafeMutableRawPointer) throws -> Void
    ) throws -> [String] {
        guard bytes > 0 else { return Array(repeating: "", count: count) }
        var buffer = [UInt8](repeating: 0, count: count * bytes)
        try buffer.withUnsafeMutableBytes { try read($0.baseAddress!) }
        let spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD
        return split(buffer, count: count, width: bytes, spacePadded: spaces)
    }

    /// Splits a buffer into strings of fixed width.
    static func split(_ bytes: [UInt8], count: Int, width: Int, spacePadded: Bool) -> [String] {
        (0 ..< count).map { index in
            var text = bytes[index * width ..< (index + 1) * width].prefix { $0 != 0 }
            while spacePadded, text.last == UInt8(ascii: " ") { text.removeLast() }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Reads `count` strings that libhdf5 allocates.
    static func variable(
        count: Int, type: hid_t, space: hid_t, _ read: (UnsafeMutableRawPointer) throws -> Void
    ) throws -> [String] {
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        try pointers.withUnsafeMutableBytes { try read($0.baseAddress!) }
        defer { H5Dvlen_reclaim(type, space, chdf5_default(), &pointers) }
        return pointers.map { $0.map { String(cString: $0) } ?? "" }
    }

    /// Returns the UTF-8 bytes of all strings, padded with NUL to the width of the longest.
    ///
    /// Strings are written with a fixed length. Variable-length strings use a heap in the file, and damage there can
    /// crash the reader.
    static func padded(_ texts: [String]) -> (bytes: [UInt8], width: Int) {
        precondition(texts.allSatisfy { !$0.utf8.contains(0) }, "a string contains a NUL character")
        let width = max(1, texts.map(\.utf8.count).max() ?? 1)
        var bytes = [UInt8](repeating: 0, count: texts.count * width)
        for (index, text) in texts.enumerated() {
            bytes.replaceSubrange(index * width ..< index * width + text.utf8.count, with: text.utf8)
        }
        return (bytes, width)
    }

    /// Returns the type of NUL-padded UTF-8 strings of `width` bytes.
    static func type(width: Int) -> hid_t {
        let type = H5Tcopy(chdf5_c_string())
        H5Tset_size(type, width)
        H5Tset_cset(type, H5T_CSET_UTF8)
        H5Tset_strpad(type, H5T_STR_NULLPAD)
        return type
    }
}
