import CDeflate

/// The metadata of a PNG file that has been decoded before, so that its structure and CRCs are valid.
struct PNGChunks {
    /// Names without repeats; after `maximumNames` of them, `more`.
    private(set) var metadata: [String] = []
    private(set) var orientation = Orientation.upright

    /// A file of one megabyte can hold tens of thousands of texts, each with its own name.
    static let maximumNames = 100
    private var seen: Set<String> = []

    init(bytes: UnsafeRawBufferPointer) {
        // These chunks form the picture; all others are metadata.
        let structure: Set = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS"]
        var offset = 8
        while offset + 12 <= bytes.count {
            let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            let name = String(decoding: bytes[offset + 4 ..< offset + 8], as: UTF8.self)
            guard length <= bytes.count - offset - 12 else { break }
            let content = UnsafeRawBufferPointer(rebasing: bytes[offset + 8 ..< offset + 8 + length])
            offset += 12 + length
            if !structure.contains(name) { note(name, content) }
            if name == "IEND" { break }
        }
        if offset < bytes.count { metadata.append("trailing bytes") }
    }

    private mutating func note(_ name: String, _ content: UnsafeRawBufferPointer) {
        switch name {
        case "tEXt", "zTXt", "iTXt":
            add("text " + String(decoding: content.prefix(79).prefix { $0 != 0 }, as: UTF8.self))
        case "eXIf":
            add("EXIF")
            orientation = Orientation(tiff: content) ?? .upright
        case "iCCP":
            add("ICC profile")
        default:
            add(name)
        }
    }

    private mutating func add(_ name: @autoclosure () -> String) {
        guard metadata.count <= Self.maximumNames else { return }
        let name = name()
        guard seen.insert(name).inserted else { return }
        metadata.append(metadata.count < Self.maximumNames ? name : "more")
    }
}

/// Reads the chunks of a PNG in order and checks their CRCs.
struct PNGChunkReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 8

    /// - Parameter bytes: the file, including its signature.
    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// - Returns: the next chunk, with its name as a 32-bit number; nil if the file ends early or the CRC is wrong.
    mutating func next() -> (name: UInt32, content: UnsafeRawBufferPointer)? {
        guard offset + 12 <= bytes.count else { return nil }
        let count = Self.bigEndian(bytes, at: offset)
        guard count <= bytes.count - offset - 12 else { return nil }
        let named = UnsafeRawBufferPointer(rebasing: bytes[offset + 4 ..< offset + 8 + count])
        guard Int(libdeflate_crc32(0, named.baseAddress, named.count)) == Self.bigEndian(bytes, at: offset + 8 + count)
        else { return nil }
        offset += 12 + count
        return (UInt32(Self.bigEndian(named, at: 0)), UnsafeRawBufferPointer(rebasing: named.dropFirst(4)))
    }

    /// Returns four big-endian bytes as a number.
    static func bigEndian(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}
