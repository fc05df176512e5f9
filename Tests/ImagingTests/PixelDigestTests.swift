import Files
import LinearAlgebra
import Testing

@testable import Imaging

struct PixelDigestTests {
    @Test func `a page of two pixels is digested in full`() {
        let page = Page(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
        let content: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 1, 2, 3, 4, 5, 6]
        #expect(page.pixelDigest == Digest(of: content))
        #expect(Page(width: 1, height: 2, pixels: page.pixels).pixelDigest != page.pixelDigest)
    }

    @Test func `octets of the first pixel's color are left out, other octets and the rest are digested`() {
        // Nine octets and three pixels; the second and the ninth octet contain another color.
        var pixels = [UInt8](repeating: 7, count: 3 * 75)
        pixels[24 + 5] = 8
        pixels[8 * 24] = 9
        pixels[9 * 24 + 1] = 10
        var content: [UInt8] = [25, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 0b10, 0b1]
        content += pixels[24 ..< 48] + pixels[(8 * 24)...]
        #expect(Page(width: 25, height: 3, pixels: pixels).pixelDigest == Digest(of: content))
    }

    @Test func `different pages have different digests`() {
        var generator = SeededGenerator(seed: 1, purpose: "pixel digests")
        var seen: [Digest: [UInt8]] = [:]
        for _ in 0 ..< 400 {
            // Few colors and much paper, so that octets and pages often repeat.
            let pixels = (0 ..< 40).flatMap { _ -> [UInt8] in
                let ink: UInt8 = Int.random(in: 0 ..< 24, using: &generator) == 0 ? 1 : 0
                return [0, ink, 0]
            }
            let digest = Page(width: 8, height: 5, pixels: pixels).pixelDigest
            #expect(seen[digest] == nil || seen[digest] == pixels)
            seen[digest] = pixels
            var changed = pixels
            changed[Int.random(in: 0 ..< pixels.count, using: &generator)] ^= 1
            #expect(Page(width: 8, height: 5, pixels: changed).pixelDigest != digest)
        }
        #expect(seen.count > 200)
    }
}
