import Imaging

/// A number that can be measured on a picture without interpreting its ECG.
public enum ImageProbe: String, CaseIterable, Codable, Sendable {
    /// The smallest gray (BT.601), 0…255, and the hue of that pixel in degrees.
    case darkestGray = "darkest grey"
    case darkestHue = "darkest hue"
    /// The most frequent and the mean color of the ink.
    case modalInkGray = "modal ink grey"
    case modalInkHue = "modal ink hue"
    case meanInkGray = "mean ink grey"
    case meanInkHue = "mean ink hue"
    case paperGray = "paper grey"
    case paperHue = "paper hue"
    /// The number of distinct grays, and the smallest step between two of them.
    case grayLevels = "grey levels"
    case smallestGap = "smallest grey gap"
    /// The share of all pixels that is ink.
    case inkFraction = "ink fraction"
    /// The distance from the picture's edge to the first ink, as a share of its side.
    case leftMargin = "left margin"
    case rightMargin = "right margin"
    case topMargin = "top margin"
    case bottomMargin = "bottom margin"
    /// The length of the flat line at the end of the trace, as a share of the width.
    case flatEnd = "trailing flat line"
    /// The share of the ink near the upper and lower edges, where captions are.
    case borderInk = "ink near the border"
    case width
    case height
    /// Properties of the file other than the pixels. Words are hashed to numbers.
    case fileSize = "file size"
    case format
    case bitDepth = "bit depth"
    case channels
    case alpha
    case progressive
    case orientation
    case metadata

    /// The probes that depend on the trace itself in a picture as drawn.
    ///
    /// The amount of ink grows with the width of a beat, and so does the file. In beats that are padded with a flat
    /// line to a fixed length, the line reveals the heart rate.
    static let ofShape: Set<ImageProbe> = [.inkFraction, .flatEnd, .fileSize]

    /// Whether this probe depends on the trace itself.
    public var isOfShape: Bool { Self.ofShape.contains(self) }

    /// Returns the remedy for a label that this probe predicts.
    ///
    /// - Parameter ink: The ink of the pictures that were measured.
    public func remedy(in ink: Preprocessing.Ink) -> String {
        switch (self, ink) {
        case (.darkestGray, .neutral), (.darkestHue, .neutral), (.modalInkGray, .neutral), (.modalInkHue, .neutral),
            (.meanInkGray, .neutral), (.meanInkHue, .neutral), (.paperGray, .neutral), (.paperHue, .neutral),
            (.grayLevels, .neutral), (.smallestGap, .neutral):
            "draw every class with the same line width at the same size; in neutral pictures gray is the share of a "
                + "pixel that the line covers"
        default: drawnRemedy
        }
    }

    /// The remedy for a label that this probe of a picture as drawn predicts.
    private var drawnRemedy: String {
        switch self {
        case .darkestGray, .darkestHue, .modalInkGray, .modalInkHue, .meanInkGray, .meanInkHue, .paperGray, .paperHue,
            .grayLevels, .smallestGap:
            "draw every class in the same ink on the same paper, or train with preprocessing.ink=neutral"
        case .inkFraction:
            "draw every class with the same line width; the rest may be the shape itself"
        case .leftMargin, .rightMargin, .topMargin, .bottomMargin:
            "draw every class with the same margins, or set preprocessing.crop"
        case .flatEnd:
            "cut every recording to the same length instead of padding it with a flat line"
        case .borderInk:
            "remove captions and frames, or set preprocessing.crop"
        case .width, .height:
            "draw every class at the same size; resizing in preprocessing would distort the classes differently"
        case .fileSize, .format, .bitDepth, .channels, .alpha, .progressive, .orientation, .metadata:
            "write every class with the same program; preprocessing discards this property, but other programs may use it"
        }
    }
}
