/// A stretch of the parameters that one worker goes through, cut the same however many there are.
struct ParameterPiece: Sendable, Equatable {
    let range: Range<Int>
    /// Whether weight decay is meant for it.
    let isDecayed: Bool

    static let longest = 1 << 14

    /// All parameters but those of frozen layers, in order.
    static func all(of layout: ParameterLayout, frozen: Set<String>) -> [ParameterPiece] {
        layout.blocks.filter { !frozen.contains($0.layer) }.flatMap { block in
            cut(block.range).map { ParameterPiece(range: $0, isDecayed: block.isDecayed) }
        }
    }

    static func cut(_ range: Range<Int>) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: longest).map {
            $0 ..< min($0 + longest, range.upperBound)
        }
    }
}
