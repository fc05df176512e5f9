/// Pairs of reference and test beats, one to one, as the WFDB program `bxb` pairs them.
///
/// - Source: ANSI/AAMI EC57, beat-by-beat comparison: beats match when they are at most 150 ms apart.
public struct BeatMatching: Sendable, Equatable {
    public struct Pair: Sendable, Equatable {
        /// An index into the reference beats.
        public let reference: Int
        /// An index into the test beats.
        public let test: Int

        public init(reference: Int, test: Int) {
            self.reference = reference
            self.test = test
        }
    }

    /// Ascending.
    public let pairs: [Pair]
    /// Indices of reference beats without a test beat, ascending.
    public let missed: [Int]
    /// Indices of test beats without a reference beat, ascending.
    public let extra: [Int]

    /// Pairs beats; of two that could take the same partner, the nearer one takes it.
    ///
    /// - Parameters:
    ///   - reference: samples, ascending.
    ///   - test: samples, ascending.
    ///   - tolerance: samples; beats that far apart still match.
    /// - Complexity: O(reference + test).
    public init(reference: [Int], test: [Int], tolerance: Int) {
        var pairs: [Pair] = []
        var missed: [Int] = []
        var extra: [Int] = []
        var (left, right) = (0, 0)
        while left < reference.count && right < test.count {
            let distance = abs(reference[left] - test[right])
            if distance > tolerance {
                if reference[left] < test[right] {
                    missed.append(left)
                    left += 1
                } else {
                    extra.append(right)
                    right += 1
                }
                continue
            }
            // The next beat of the earlier side may be nearer, unless it has a still nearer partner of its own.
            if reference[left] > test[right], right + 1 < test.count {
                let next = abs(reference[left] - test[right + 1])
                let other = left + 1 < reference.count ? abs(reference[left + 1] - test[right + 1]) : .max
                if next < distance && next <= other {
                    extra.append(right)
                    right += 1
                    continue
                }
            } else if reference[left] < test[right], left + 1 < reference.count {
                let next = abs(reference[left + 1] - test[right])
                let other = right + 1 < test.count ? abs(reference[left + 1] - test[right + 1]) : .max
                if next < distance && next <= other {
                    missed.append(left)
                    left += 1
                    continue
                }
            }
            pairs.append(Pair(reference: left, test: right))
            left += 1
            right += 1
        }
        missed += left ..< reference.count
        extra += right ..< test.count
        self.pairs = pairs
        self.missed = missed
        self.extra = extra
    }
}
