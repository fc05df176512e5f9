/// The input of gnuplot for a figure: blocks of numbers, then commands.
struct GnuplotScript: Sendable {
    /// The name of a block in commands.
    struct Block: Sendable {
        fileprivate(set) var index: Int
        var name: String { "block\(index)" }
    }

    /// The numbers of a block: rows × columns, row-major.
    struct Numbers: Sendable {
        var columns: Int
        var values: [Double]
        var rows: Int { columns == 0 ? 0 : values.count / columns }
    }

    private(set) var blocks: [Numbers] = []
    private var commands: [GnuplotCommand] = []

    mutating func run(_ command: GnuplotCommand) { commands.append(command) }

    /// Returns all commands, one per line.
    func source(for format: Gnuplot.Format) -> String {
        commands.map { $0.source(for: format) + "\n" }.joined()
    }

    /// Draws the items with one `plot`.
    mutating func plot(_ items: [GnuplotCommand]) { run("plot \(GnuplotCommand.list(items))") }

    /// Adds a block of numbers; infinities become gaps.
    ///
    /// - Parameter rows: at least one row; all have the same length.
    mutating func block(_ rows: [[Double]]) -> Block {
        let columns = rows.first?.count ?? 0
        precondition(columns > 0 && rows.allSatisfy { $0.count == columns }, "rows of different lengths")
        return block(columns: columns, values: rows.flatMap { $0 })
    }

    /// Adds a block of numbers in row-major order.
    mutating func block(columns: Int, values: [Double]) -> Block {
        precondition(columns > 0 && !values.isEmpty && values.count.isMultiple(of: columns), "an uneven block")
        blocks.append(Numbers(columns: columns, values: values.map { $0.isFinite ? $0 : .nan }))
        return Block(index: blocks.count)
    }

    /// Returns the script with `first` before its commands.
    func prepended(by first: [GnuplotCommand]) -> GnuplotScript {
        var script = self
        script.commands = first + commands
        return script
    }
}
