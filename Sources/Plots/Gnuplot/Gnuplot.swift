import CGnuplot
import Foundation

/// The gnuplot program.
struct Gnuplot: Sendable {
    /// The path, or a name to be found in `PATH`.
    var program = "gnuplot"
    /// Seconds per figure. The largest figures take one or two, on a busy machine a hundred times as long.
    var timeLimit = 300.0

    /// An output format of gnuplot.
    enum Format: Sendable {
        case svg, png

        /// The first bytes of files in this format.
        var signature: [UInt8] {
            switch self {
            case .svg: Array("<?xml".utf8)
            case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            }
        }

        var name: String {
            switch self {
            case .svg: "an SVG document"
            case .png: "a PNG picture"
            }
        }
    }

    /// Runs `script`, whose first commands set the terminal, and returns the output.
    ///
    /// - Parameter figure: the figure's title in error messages.
    /// - Throws: `PlotError`.
    func draw(_ script: GnuplotScript, as format: Format, figure: String) throws -> Data {
        var result = Gnuplot.withTables(of: script) { tables in
            cgnuplot_draw(program, tables.baseAddress, tables.count, script.source(for: format), timeLimit)
        }
        defer { cgnuplot_free(&result) }
        let message = Gnuplot.message(of: result)
        switch result.outcome {
        case CGnuplotDrawn:
            break
        case CGnuplotMissing:
            throw PlotError.gnuplotMissing(program: program)
        case CGnuplotRefused:
            throw PlotError.gnuplotRefused(figure: figure, status: Int(result.code), message: message)
        case CGnuplotKilled:
            throw PlotError.gnuplotKilled(figure: figure, signal: Int(result.code))
        case CGnuplotTimedOut:
            throw PlotError.gnuplotTimedOut(figure: figure, seconds: timeLimit)
        case CGnuplotTooMuch:
            throw PlotError.nothingDrawn(figure: figure, expected: format.name, found: "more than 256 MiB")
        case CGnuplotNothing:
            throw PlotError.nothingDrawn(figure: figure, expected: format.name, found: "no output")
        default:
            throw PlotError.gnuplotNotStarted(program: program, reason: message)
        }
        let output = Data(bytes: result.output, count: result.outputLength)
        guard output.starts(with: format.signature) else {
            throw PlotError.nothingDrawn(
                figure: figure, expected: format.name, found: "\(output.count) bytes of another format")
        }
        return output
    }

    /// Returns gnuplot's error output on one line.
    private static func message(of result: CGnuplotResult) -> String {
        guard let message = result.message else { return "no error message" }
        return String(cString: message).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Passes the script's blocks as C tables.
    private static func withTables<Result>(
        of script: GnuplotScript, _ body: (UnsafeBufferPointer<CGnuplotTable>) -> Result
    ) -> Result {
        // One allocation for all numbers and one for all names, because pointers into arrays are valid only in their
        // closure.
        let total = script.blocks.reduce(0) { $0 + $1.values.count }
        let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: total)
        let names = script.blocks.indices.map { strdup("block\($0 + 1)") }
        defer {
            values.deallocate()
            for name in names { free(name) }
        }
        var tables: [CGnuplotTable] = []
        var start = 0
        for (name, block) in zip(names, script.blocks) {
            let end = values[start...].update(fromContentsOf: block.values)
            tables.append(
                CGnuplotTable(
                    name: name, values: values.baseAddress.map { $0 + start }, rows: block.rows,
                    columns: block.columns))
            start = end
        }
        return tables.withUnsafeBufferPointer(body)
    }
}
