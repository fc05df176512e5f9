import CDeflate

/// Goes from chunk to chunk of a PNG and checks their CRCs.
struct PNGChunkReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 8

    /// - Parameter bytes: the file, its signature included.
    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// - Returns: the next chunk, its name as four bytes of a number; nil where the file ends early or the CRC is
    ///   wrong.
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

    /// Four bytes as a number.
    static func bigEndian(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}
