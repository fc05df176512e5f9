import Datasets
import Imaging
import PageDrawing
import Signals

/// Draws the usual beats of twelve leads in one square picture for a network, in black on white.
///
/// The leads are in three rows and four columns, as on paper: I, II and III below each other, then aVR, aVL and aVF, then
/// V1 to V3, then V4 to V6. A millimeter of paper at 25 mm/s and 10 mm/mV has the same length in both directions and in
/// all leads. A tall wave reaches into the cell of another lead, as on paper.
package enum UsualBeatsDrawing {
    /// Width and height in pixels.
    package static let side = 224
    /// The version of the drawing. It changes with any pixel.
    static let version = 1

    private static let (rows, columns) = (3, 4)
    /// Seconds of a beat around its fiducial point: room for a P wave 240 ms before it and for a T wave of a QT of 500 ms.
    private static let (before, after) = (0.28, 0.52)
    private static let (millimetersPerSecond, millimetersPerMillivolt) = (25.0, 10.0)

    /// A line as thick as in the beat pictures that networks are trained on, which are resized to a square.
    private static let style: DrawingStyle = {
        let beats = BeatRendering.publicStyle
        let scale = Double(side) / (Double(beats.width) * Double(beats.height)).squareRoot()
        return DrawingStyle(width: side, height: side, lineWidth: beats.lineWidth * scale)
    }()

    /// Returns the picture; nil without anything to draw.
    ///
    /// - Parameter beats: the usual beat of each lead on the grid of `UsualBeat` in mV, NaN where nothing was recorded; nil
    ///   for a missing lead.
    package static func picture(of beats: [[Float]?]) -> GrayImage? {
        guard beats.contains(where: { $0?.contains(where: \.isFinite) ?? false }) else { return nil }
        let width = Double(side) / Double(columns)
        let height = Double(side) / Double(rows)
        let pixelsPerMillimeter = width / ((before + after) * millimetersPerSecond)
        let reach = height / (2 * pixelsPerMillimeter * millimetersPerMillivolt)
        let fiducial = Double(UsualBeat.fiducial) / UsualBeat.rate
        let traces = beats.enumerated().compactMap { index, beat in
            beat.map { beat in
                Trace(
                    samples: beat.map(Double.init), samplingRate: UsualBeat.rate,
                    window: fiducial - before ... fiducial + after,
                    frame: Frame(
                        left: Double(index / rows) * width, top: Double(index % rows) * height, width: width,
                        height: height),
                    scale: .millivolts(-reach ... reach))
            }
        }
        return TraceDrawing(style: style).page(of: traces).grayscale
    }
}
