import Imaging

/// A small signature of a picture. Taken from neutral pictures, it hardly changes when the picture is resized,
/// recompressed or drawn in another ink.
///
/// Beats are thin lines on much paper and look alike. The usual 64 bits do not distinguish them: 113,473 pairs of
/// 11,892 public beat images have the same 64 bits. The signature therefore has 256 bits, and a thumbnail to confirm a
/// match.
public struct PictureSignature: Equatable, Sendable {
    /// 256 bits in four words: whether each of 16 × 16 cells is darker than its right neighbor, in the picture averaged
    /// to 17 × 16 cells. Adjacent bits are in different words, so that every word covers the whole picture.
    public let hash: SIMD4<UInt64>
    /// 32 × 32 gray levels.
    public let thumbnail: [UInt8]

    public init(of image: GrayImage) {
        let cells = Resampling.area.resize(image, width: 17, height: 16).pixels
        var hash = SIMD4<UInt64>()
        for y in 0 ..< 16 {
            for x in 0 ..< 16 where cells[17 * y + x] < cells[17 * y + x + 1] {
                hash[x % 4] |= 1 << UInt64(4 * y + x / 4)
            }
        }
        self.hash = hash
        thumbnail = Resampling.area.resize(image, width: 32, height: 32).pixels
    }

    /// Returns the number of differing bits, 0…256.
    public func distance(to other: PictureSignature) -> Int {
        let difference = hash ^ other.hash
        return (0 ..< 4).reduce(0) { $0 + difference[$1].nonzeroBitCount }
    }

    /// Returns the mean absolute difference of the thumbnails, in levels of 255.
    public func difference(from other: PictureSignature) -> Double {
        var sum = 0
        thumbnail.withUnsafeBufferPointer { here in
            other.thumbnail.withUnsafeBufferPointer { there in
                for index in here.indices { sum += abs(Int(here[index]) - Int(there[index])) }
            }
        }
        return Double(sum) / Double(thumbnail.count)
    }
}
