import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import Datasets

@Suite struct NearDuplicatesTests {
    /// Returns a white picture with a random dark curve.
    private func curve(_ seed: UInt64, size: Int = 48) -> GrayImage {
        var generator = SeededGenerator(seed: seed)
        var height = 0.5
        let line = (0 ..< 12).map { _ in
            height = min(max(height + 0.3 * generator.normal(), 0.05), 0.95)
            return height
        }
        return DrawnPage.gray(width: size, height: size) { x, y in
            abs(Double(y) / Double(size) - line[x * 12 / size]) < 0.05 ? 0 : 255
        }
    }

    @Test func `a signature follows its definition`() {
        // All cells of 17 × 16 are white except a dark one at (3, 2), with a brighter cell to its right and its left.
        let image = DrawnPage.gray(width: 34, height: 32) { x, y in x / 2 == 3 && y / 2 == 2 ? 0 : 255 }
        let signature = PictureSignature(of: image)
        var expected = SIMD4<UInt64>()
        expected[3] = 1 << 8
        #expect(signature.hash == expected)
        #expect(signature.thumbnail.count == 1024)
        #expect(signature.distance(to: signature) == 0 && signature.difference(from: signature) == 0)
    }

    @Test func `a resized picture is a near duplicate, others are not`() {
        let pictures = (0 ..< 12).map { curve(UInt64($0)) }
        let enlarged = Resampling.area.resize(pictures[5], width: 96, height: 80)
        let near = NearDuplicates((pictures + [enlarged]).map(PictureSignature.init(of:)))
        #expect(near.pairs == [.init(first: 5, second: 12)])
    }

    /// The reference: a loop over all pairs.
    @Test func `buckets find every pair`() {
        var generator = SeededGenerator(seed: 8)
        var pictures: [GrayImage] = []
        for seed in 0 ..< 8 {
            let picture = curve(UInt64(seed))
            pictures.append(picture)
            for _ in 0 ..< 4 {
                var touched = picture
                for _ in 0 ..< 1 + generator.integer(below: 6) {
                    touched.pixels[generator.integer(below: touched.pixels.count)] = UInt8(
                        generator.integer(below: 256))
                }
                pictures.append(touched)
            }
        }
        let signatures = pictures.map(PictureSignature.init(of:))
        var expected: [NearDuplicates.Pair] = []
        for first in signatures.indices {
            for second in signatures.indices.dropFirst(first + 1)
            where signatures[first].distance(to: signatures[second]) <= NearDuplicates.bits
                && signatures[first].difference(from: signatures[second]) <= NearDuplicates.levels
            {
                expected.append(.init(first: first, second: second))
            }
        }
        #expect(expected.count > 20)
        #expect(NearDuplicates(signatures).pairs == expected)
    }

    @Test func `pairs in different parts and with different labels are listed`() {
        let signatures = [curve(1), curve(2), curve(1), curve(1)].map(PictureSignature.init(of:))
        let near = NearDuplicates([signatures[0], signatures[1], nil, signatures[2], signatures[3]])
        #expect(near.pairs == [(0, 3), (0, 4), (3, 4)].map { .init(first: $0, second: $1) })
        let split = Split(parts: [.train, .train, .test, .test, nil])
        #expect(near.crossing(split) == [.init(first: 0, second: 3)])
        let truth = LabelMatrix([[1, 0], [1, 0], [1, 0], [1, 0], [0, 1]])
        #expect(near.conflicting(truth) == [.init(first: 0, second: 4), .init(first: 3, second: 4)])
    }
}
