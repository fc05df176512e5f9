import Foundation

/// Why a figure or a report could not be made.
public enum PlotError: Error, Equatable {
    /// There is no program of this name along PATH.
    case gnuplotMissing(program: String)
    /// The system would not start it.
    case gnuplotNotStarted(program: String, reason: String)
    /// gnuplot left with an error; `message` is what it said.
    case gnuplotRefused(figure: String, status: Int, message: String)
    case gnuplotKilled(figure: String, signal: Int)
    case gnuplotTimedOut(figure: String, seconds: Double)
    /// gnuplot reported success but left nothing, or not what was asked for.
    case nothingDrawn(figure: String, expected: String, found: String)
    /// The numbers leave nothing that a figure could show.
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
            "the figure “\(figure)” was not drawn: gnuplot left with status \(status): \(message)"
        case .gnuplotKilled(let figure, let signal):
            "the figure “\(figure)” was not drawn: gnuplot was ended by signal \(signal)."
        case .gnuplotTimedOut(let figure, let seconds):
            "the figure “\(figure)” was not drawn: gnuplot was still at work after \(seconds) s and has been ended."
        case .nothingDrawn(let figure, let expected, let found):
            "the figure “\(figure)” was not drawn: \(expected) expected from gnuplot, found \(found). "
                + "Check that gnuplot-nox is installed with its svg and pngcairo terminals."
        case .nothingToDraw(let figure, let reason):
            "the figure “\(figure)” has nothing to show: \(reason)."
        case .unknownFormat(let path, let found):
            "\(path): figures are written as .svg or .png, the extension is “\(found)”. Name the file accordingly."
        }
    }

    public var errorDescription: String? { description }
}
