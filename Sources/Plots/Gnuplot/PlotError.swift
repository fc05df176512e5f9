import Foundation

/// An error when drawing a figure or report.
public enum PlotError: Error, Equatable {
    /// No program of this name is in `PATH`.
    case gnuplotMissing(program: String)
    /// The system cannot start the program.
    case gnuplotNotStarted(program: String, reason: String)
    /// gnuplot ended with an error status; `message` is its error output.
    case gnuplotRefused(figure: String, status: Int, message: String)
    case gnuplotKilled(figure: String, signal: Int)
    case gnuplotTimedOut(figure: String, seconds: Double)
    /// gnuplot succeeded without output or with output of another format.
    case nothingDrawn(figure: String, expected: String, found: String)
    /// The data contain nothing to show.
    case nothingToDraw(figure: String, reason: String)
    /// The file's extension is neither `svg` nor `png`.
    case unknownFormat(path: String, found: String)
}

extension PlotError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .gnuplotMissing(let program):
            "the program \(program) is not installed. Install it (apt-get install gnuplot-nox) or add it to PATH."
        case .gnuplotNotStarted(let program, let reason):
            "the program \(program) cannot be started: \(reason)."
        case .gnuplotRefused(let figure, let status, let message):
            "the figure “\(figure)” was not drawn: gnuplot ended with status \(status): \(message)"
        case .gnuplotKilled(let figure, let signal):
            "the figure “\(figure)” was not drawn: gnuplot was ended by signal \(signal)."
        case .gnuplotTimedOut(let figure, let seconds):
            "the figure “\(figure)” was not drawn: gnuplot was stopped after \(seconds) s without a result."
        case .nothingDrawn(let figure, let expected, let found):
            "the figure “\(figure)” was not drawn: expected \(expected) from gnuplot, found \(found). "
                + "Check that gnuplot-nox is installed with its svg and pngcairo terminals."
        case .nothingToDraw(let figure, let reason):
            "the figure “\(figure)” has nothing to show: \(reason)."
        case .unknownFormat(let path, let found):
            "\(path): the extension is “\(found)”. Expected .svg or .png."
        }
    }

    public var errorDescription: String? { description }
}
