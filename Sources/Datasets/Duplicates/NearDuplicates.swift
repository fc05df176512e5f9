import LinearAlgebra

/// Pairs of pictures that look the same but are not identical: resized, recompressed, recolored, or adjacent beats of
/// one recording.
///
/// Their hashes differ in at most three bits, and their thumbnails by at most one level of 255 on average. Public beat
/// images reduced to 70 % stay within 6 bits and 0.8 levels of the original, nine of ten within 3 bits.
public struct NearDuplicates: Equatable, Sendable {
    public struct Pair: Equatable, Hashable, Sendable {
        public let first: Int
        public let second: Int

        public init(first: Int, second: Int) {
            self.first = first
            self.second = second
        }
    }

    /// Pairs with the smaller row first, in ascending order.
    public let pairs: [Pair]

    /// The maximum number of differing bits. A hash has one word more, so that at least one word is equal. Comparing
    /// rows with an equal word therefore finds every pair.
    static let bits = 3
    static let levels = 1.0

    /// - Parameter signatures: the signature of each row; nil if the picture could not be read.
    /// - Complexity: O(n + pairs of rows that share a word of their hashes).
    public init(_ signatures: [PictureSignature?]) {
        var pairs: [Pair] = []
        for word in 0 ..< 4 {
            var rows: [UInt64: [Int]] = [:]
            for (row, signature) in signatures.enumerated() {
                if let signature { rows[signature.hash[word], default: []].append(row) }
            }
            for bucket in rows.values where bucket.count > 1 {
                pairs.append(contentsOf: Self.pairs(in: bucket, sharing: word, signatures))
            }
        }
        self.pairs = pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    /// Returns the pairs in a bucket that no earlier word found.
    private static func pairs(in bucket: [Int], sharing word: Int, _ signatures: [PictureSignature?]) -> [Pair] {
        let members = bucket.compactMap { row in signatures[row].map { (row: row, signature: $0) } }
        let hashes = members.map(\.signature.hash)
        var found: [Pair] = []
        for first in members.indices {
            for second in members.indices.dropFirst(first + 1) {
                let difference = hashes[first] ^ hashes[second]
                guard !(0 ..< word).contains(where: { difference[$0] == 0 }),
                    (0 ..< 4).reduce(0, { $0 + difference[$1].nonzeroBitCount }) <= bits,
                    members[first].signature.difference(from: members[second].signature) <= levels
                else { continue }
                found.append(Pair(first: members[first].row, second: members[second].row))
            }
        }
        return found
    }

    /// Returns the pairs whose rows are in different parts. Rows without a part do not count.
    public func crossing(_ split: Split) -> [Pair] {
        pairs.filter { pair in
            guard let first = split.parts[pair.first], let second = split.parts[pair.second] else { return false }
            return first != second
        }
    }

    /// Returns the pairs whose rows have different labels.
    public func conflicting(_ truth: LabelMatrix) -> [Pair] {
        pairs.filter { truth.row($0.first) != truth.row($0.second) }
    }
}
