import Foundation
import TestSupport
import Testing

@testable import Imaging

struct JPEGScansTests {
    private func count(_ data: Data) -> Int { data.withUnsafeBytes { JPEGMarkers(bytes: $0).scans } }

    @Test(arguments: [1, 2, 9, 64, 100, 101, 490, 883])
    func `the number of counted scans is the number of written ones`(_ scans: Int) {
        #expect(count(ProgressiveJPEG(width: 70, height: 33, scans: scans).data) == scans)
    }

    @Test func `files of other programs have few scans`() throws {
        #expect(count(try Fixtures.data("colour-420.jpg")) == 1)
        #expect(count(try Fixtures.data("grey.jpg")) == 1)
        #expect((2 ... 12).contains(count(try Fixtures.data("colour-422-progressive.jpg"))))
    }

    @Test func `bytes like a scan marker in a segment, in data or after the end do not count`() {
        let scan: [UInt8] = [0xFF, 0xDA, 0, 3, 9]
        let start: [UInt8] = [0xFF, 0xD8]
        let inComment: [UInt8] = [0xFF, 0xFE, 0, 7] + scan
        let files: [(bytes: [UInt8], scans: Int)] = [
            (start + inComment + scan + [1, 2, 0xFF, 0xD9], 1),
            (start + scan + [0xFF, 0x00, 0xDA, 0xFF, 0xD3, 0xDA, 0, 3, 9] + inComment + [0xFF, 0xD9] + scan, 1),
            (start + scan + [1, 0xFF, 0xFF, 0xFF] + scan + [1], 2),
            (start + scan + [0xFF, 0xDA], 1), (start + scan + [0xFF], 1), (start + scan + [0xFF, 0xC4, 0xFF, 0xFF], 1),
            (start + [0xFF, 0xD9] + scan, 0),
        ]
        for (bytes, scans) in files { #expect(count(Data(bytes)) == scans, "\(bytes)") }
    }

    @Test func `a picture with the maximum number of scans is read, one more is rejected before decoding`() throws {
        let page = try Page(decoding: ProgressiveJPEG(width: 70, height: 33, scans: 100).data, name: "a.jpg")
        #expect(page.width == 70 && page.height == 33)
        #expect(page.pixels.allSatisfy { $0 == 128 })
        #expect(
            throws: ImageError.unsupported(file: "a.jpg", format: "JPEG", found: "101 scans, the limit is 100")
        ) {
            try Page(decoding: ProgressiveJPEG(width: 70, height: 33, scans: 101).data, name: "a.jpg")
        }
    }
}
