import CDeflate
import Testing

@testable import Imaging

@Suite struct DeflateTests {
    @Test(arguments: [0, 1, 1000, 200_000])
    func `data read back after compression`(count: Int) {
        let data = (0 ..< count).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
        let packed = Deflate.zlib(data)
        let decompressor = libdeflate_alloc_decompressor()
        defer { libdeflate_free_decompressor(decompressor) }
        var out = [UInt8](repeating: 0, count: max(count, 1))
        var written = 0
        let result = libdeflate_zlib_decompress(decompressor, packed, packed.count, &out, count, &written)
        #expect(result == LIBDEFLATE_SUCCESS && written == count && Array(out.prefix(count)) == data)
    }

    @Test func `the CRC is that of the PNG specification`() {
        // The chunk IEND, which has no content, ends every PNG with these four bytes.
        #expect(Deflate.crc("IEND".utf8) == 0xAE42_6082)
    }
}
