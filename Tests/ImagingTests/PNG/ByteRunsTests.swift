import LinearAlgebra
import Testing

@testable import Imaging

struct ByteRunsTests {
    @Test func `the ends of runs agree with a search byte by byte`() {
        var random = SeededGenerator(seed: 1)
        for _ in 0 ..< 300 {
            let count = random.integer(below: 120)
            var bytes = [UInt8](repeating: 255, count: count)
            for _ in 0 ..< random.integer(below: 3) where count > 0 { bytes[random.integer(below: count)] = 254 }
            let from = random.integer(below: count + 1)
            let end = from + random.integer(below: count - from + 1)
            bytes.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                let others = (from ..< end).filter { buffer[$0] != 255 }
                #expect(ByteRuns.end(of: 255, in: base, from: from, end: end) == others.first ?? end)
            }
        }
    }

    @Test func `all other bytes are visited once and in order`() {
        var random = SeededGenerator(seed: 2)
        for _ in 0 ..< 300 {
            var bytes = [UInt8](repeating: 7, count: random.integer(below: 150))
            for _ in 0 ..< random.integer(below: 9) where !bytes.isEmpty {
                bytes[random.integer(below: bytes.count)] = UInt8(random.integer(below: 256))
            }
            var places: [Int] = []
            bytes.withUnsafeBufferPointer { ByteRuns.others(than: 7, in: $0) { places.append($0) } }
            #expect(places == Set(places).sorted() && Set(places).isSubset(of: bytes.indices))
            #expect(Set(bytes.indices.filter { bytes[$0] != 7 }).isSubset(of: places))
        }
    }
}
