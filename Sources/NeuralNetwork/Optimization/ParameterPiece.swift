/// A range of the parameters that one worker processes. The ranges do not depend on the number of workers.
struct ParameterPiece: Sendable, Equatable {
    let range: Range<Int>
    /// Whether weight decay applies.
    let isDecayed: Bool

    static let longest = 1 << 14

    /// Returns the ranges of all layers that are not frozen, in order.
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
