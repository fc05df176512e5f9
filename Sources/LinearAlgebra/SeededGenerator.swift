import Foundation

/// The only source of randomness: xoshiro256**, seeded by splitmix64.
///
/// A seed gives the same sequence on every machine and with every version of the standard library, because shuffles and
/// distributions are implemented here.
///
/// - Source: Blackman & Vigna, ACM Trans. Math. Softw. 47 (2021).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    public init(seed: UInt64) {
        var mixer = seed
        func next() -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var z = mixer
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        state = (next(), next(), next(), next())
    }

    /// Creates a generator for one purpose, so that a new draw in one place changes no other.
    ///
    /// - Parameters:
    ///   - purpose: the name of the use, for example `folds`.
    ///   - index: the item within the purpose, for example the number of an image.
    public init(seed: UInt64, purpose: String, index: Int = 0) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var mixed = SeededGenerator(seed: seed ^ hash)
        self.init(seed: mixed.next() &+ UInt64(bitPattern: Int64(index)) &* 0xD134_2543_DE82_EF95)
    }

    public mutating func next() -> UInt64 {
        func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    /// Returns a uniform number in 0 ..< 1 from 53 random bits.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Returns a uniform number in `range`.
    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// Returns a uniform number in 0 ..< bound, without bias.
    ///
    /// - Precondition: `bound > 0`.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "the bound must be above 0, found \(bound)")
        let bound = UInt64(bound)
        let reject = (0 &- bound) % bound
        while true {
            let (high, low) = bound.multipliedFullWidth(by: next())
            if low >= reject { return Int(high) }
        }
    }

    /// Returns a standard normal variate (Box–Muller, one of the pair).
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// Returns `items` in random order (Fisher–Yates).
    public mutating func shuffled<Item>(_ items: [Item]) -> [Item] {
        var items = items
        for last in stride(from: items.count - 1, to: 0, by: -1) {
            items.swapAt(last, integer(below: last + 1))
        }
        return items
    }
}
