import Foundation
import Imaging
import Testing

/// The library product `Imaging` as another package sees it: nothing but its public interface.
struct ImagingProductTests {
    @Test func `the example in the documentation runs`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("product-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/one.png"
        var pixels = [UInt8](repeating: 255, count: 3 * 64 * 48)
        for x in 8 ..< 56 { for channel in 0 ..< 3 { pixels[3 * (24 * 64 + x) + channel] = 0 } }
        try Page(width: 64, height: 48, pixels: pixels).writePNG(to: path)

        let page = try Page(contentsOf: path)
        let image = try Preprocessing().apply(to: page, name: path)
        print(image.width, image.height, image.pixels.count { $0 < 128 }, "pixels of ink")

        #expect(image.width == 224 && image.pixels.contains { $0 < 128 })
    }
}
