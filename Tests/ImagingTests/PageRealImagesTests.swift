import Foundation
import TestSupport
import Testing

@testable import Imaging

/// The public beat images, in which each class has its own ink.
struct PageRealImagesTests {
    /// Returns the first `count` files of each class folder of a tar file.
    private func pages(_ tar: String, count: Int) throws -> [String: [Page]] {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: SharedMaterial.path(tar)))
        defer { try? file.close() }
        var pages: [String: [Page]] = [:]
        while let header = try file.read(upToCount: 512), header.count == 512, header[0] != 0 {
            func field(_ range: Range<Int>) -> String {
                String(decoding: header[range].prefix { $0 != 0 && $0 != 0x20 }, as: UTF8.self)
            }
            let (name, size) = (field(0 ..< 100), try #require(Int(field(124 ..< 136), radix: 8)))
            let start = try file.offset()
            let label = String(name.drop { "./".contains($0) }.prefix { $0 != "/" })
            if name.hasSuffix(".png"), pages[label, default: []].count < count {
                let data = try #require(try file.read(upToCount: size))
                pages[label, default: []].append(try Page(decoding: data, name: name))
            }
            try file.seek(toOffset: start + UInt64((size + 511) / 512 * 512))
        }
        return pages
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the inks that distinguish the classes leave no trace in neutral pictures`() throws {
        let classes = try pages("data/ecg-image-data/dev-test.tar", count: 3)
        #expect(classes.keys.sorted() == ["F", "M", "N", "Q", "S", "V"])
        let inks: [String: [UInt8]] = [
            "N": [0, 191, 191], "S": [255, 0, 0], "V": [0, 128, 0], "F": [0, 0, 255], "Q": [191, 191, 0],
            "M": [0, 0, 0],
        ]
        for (label, pages) in classes {
            for page in pages {
                #expect(page.width == 432 && page.height == 288 && page.source?.channels == .rgba)
                let darkest = try #require(page.grayscale.pixels.min())
                let ink = Page(width: 1, height: 1, pixels: try #require(inks[label])).grayscale.pixels[0]
                #expect(darkest == ink, "\(label) is drawn in its color")

                let neutral = try Preprocessing().apply(to: page, name: label)
                #expect(neutral.pixels.max() == 255)
                // Redrawn in another class's ink, the picture is the same. Where coverage is exactly one half,
                // matplotlib's rounding of the blend decides.
                let other = try Preprocessing().apply(to: recolored(page, from: ink, label), name: label)
                #expect(neutral.difference(from: other) < 0.01 * neutral.inkShare)
            }
        }
    }

    /// Returns the page in dark red. Coverage is read from the channel in which its ink is darkest.
    private func recolored(_ page: Page, from ink: UInt8, _ label: String) -> Page {
        let channel = label == "S" ? 1 : label == "Q" ? 2 : 0
        return Page(
            width: page.width, height: page.height,
            pixels: (0 ..< page.width * page.height).flatMap { index -> [UInt8] in
                let cover = 1 - Double(page.pixels[3 * index + channel]) / 255
                return [255 - 115 * cover, 255 - 235 * cover, 255 - 230 * cover].map { UInt8($0.rounded()) }
            })
    }
}
