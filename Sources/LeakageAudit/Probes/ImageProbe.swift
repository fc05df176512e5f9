import Imaging

/// A number that can be read off a picture without looking at its ECG.
public enum ImageProbe: String, CaseIterable, Codable, Sendable {
    /// The smallest grey (BT.601), 0…255, and the hue of that pixel's colour in degrees.
    case darkestGrey = "darkest grey"
    case darkestHue = "darkest hue"
    /// The commonest and the mean colour of what is ink.
    case modalInkGrey = "modal ink grey"
    case modalInkHue = "modal ink hue"
    case meanInkGrey = "mean ink grey"
    case meanInkHue = "mean ink hue"
    case paperGrey = "paper grey"
    case paperHue = "paper hue"
    /// How many different greys there are, and the smallest step between two of them.
    case greyLevels = "grey levels"
    case smallestGap = "smallest grey gap"
    /// The share of all pixels that is ink.
    case inkFraction = "ink fraction"
    /// From the picture's edge to the first ink, as a share of its side.
    case leftMargin = "left margin"
    case rightMargin = "right margin"
    case topMargin = "top margin"
    case bottomMargin = "bottom margin"
    /// How far the last bit of the trace runs level, as a share of the width.
    case flatEnd = "trailing flat line"
    /// The share of the ink that lies near the upper and lower edges, where captions stand.
    case borderInk = "ink near the border"
    case width
    case height
    /// What the file says beside the pixels; the words among them as numbers.
    case fileSize = "file size"
    case format
    case bitDepth = "bit depth"
    case channels
    case alpha
    case progressive
    case orientation
    case metadata

    /// The trace itself has a part in these numbers of a picture as it was drawn.
    ///
    /// The amount of ink grows with a beat's breadth, and so does the file; beats that were filled up with a level line
    /// to one length tell the heart rate by it.
    static let ofShape: Set<ImageProbe> = [.inkFraction, .flatEnd, .fileSize]

    /// Whether that is so of this one.
    public var isOfShape: Bool { Self.ofShape.contains(self) }

    /// What to do about a label that this number gives away.
    ///
    /// - Parameter ink: of the pictures that it was read off.
    public func cure(in ink: Preprocessing.Ink) -> String {
        switch (self, ink) {
        case (.darkestGrey, .neutral), (.darkestHue, .neutral), (.modalInkGrey, .neutral), (.modalInkHue, .neutral),
            (.meanInkGrey, .neutral), (.meanInkHue, .neutral), (.paperGrey, .neutral), (.paperHue, .neutral),
            (.greyLevels, .neutral), (.smallestGap, .neutral):
            "draw every class with the same line width at the same size: in neutral pictures grey is the share of a "
                + "pixel that the line covers"
        default: cure
        }
    }

    /// What to do about a label that this number of a picture as drawn gives away.
    private var cure: String {
        switch self {
        case .darkestGrey, .darkestHue, .modalInkGrey, .modalInkHue, .meanInkGrey, .meanInkHue, .paperGrey, .paperHue,
            .greyLevels, .smallestGap:
            "draw every class in the same ink on the same paper, or train with preprocessing.ink=neutral"
        case .inkFraction:
            "draw every class with the same line width; what is left may be the shape itself"
        case .leftMargin, .rightMargin, .topMargin, .bottomMargin:
            "draw every class with the same margins, or set preprocessing.crop"
        case .flatEnd:
            "cut every recording to the same length instead of filling it up with a level line"
        case .borderInk:
            "remove captions and frames, or set preprocessing.crop"
        case .width, .height:
            "draw every class at the same size; preprocessing resizes, but stretches by the class"
        case .fileSize, .format, .bitDepth, .channels, .alpha, .progressive, .orientation, .metadata:
            "write every class with the same program; preprocessing does not see this, people and other programs do"
        }
    }
}
