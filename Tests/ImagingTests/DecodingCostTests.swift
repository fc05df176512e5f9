import Foundation
import TestSupport
import Testing

@testable import Imaging

struct DecodingCostTests {
    @Test func `the cost is the number of pixels in the header, also of a file without its pixels`() throws {
        let picture = try SpikePicture.png(1)
        #expect(Page.decodingCost(of: picture) == SpikePicture.width * SpikePicture.height)
        #expect(Page.decodingCost(of: picture.prefix(24)) == SpikePicture.width * SpikePicture.height)
        // A slice starts at another index.
        #expect(Page.decodingCost(of: (Data([0]) + picture).dropFirst()) == SpikePicture.width * SpikePicture.height)
        #expect(Page.decodingCost(of: ProgressiveJPEG(width: 80, height: 50, scans: 9).data) == 4000)
        #expect(Page.decodingCost(of: ProgressiveJPEG(width: 80, height: 50, scans: 60).data) == 6 * 4000)
    }

    @Test func `content that is refused without decoding costs nothing`() throws {
        let picture = try SpikePicture.png(1)
        for content in [Data(), Data("text".utf8), picture.prefix(20), Data("%PDF-1.7".utf8)] {
            #expect(Page.decodingCost(of: content) == 0)
        }
        #expect(Page.decodingCost(of: picture, limits: Page.Limits(pixels: 100)) == 0)
        var vast = picture
        vast.replaceSubrange(16 ..< 24, with: [UInt8](repeating: 0xFF, count: 8))
        #expect(Page.decodingCost(of: vast) == 0)
    }
}
