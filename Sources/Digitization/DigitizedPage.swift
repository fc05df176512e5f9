import Imaging
import Signals

/// A page as a recording, with the place of each lead and a check of the result.
public struct DigitizedPage: Sendable {
    public enum Kind: String, Sendable {
        /// Lines of a PDF.
        case vector
        /// A picture.
        case raster
    }

    /// A lead's line on the page.
    public struct LeadBox: Sendable, Equatable {
        /// The name in the recording, for example `aVR`.
        public let lead: String
        public let isRhythmStrip: Bool
        /// Left, top, right and bottom of the line, in pixels of a picture or points (1/72 inch) of a PDF.
        public let left, top, right, bottom: Double
        /// Share of the lead's time on the page for which samples were read, 0…1.
        public let coverage: Double
    }

    /// The evidence for paper speed or gain.
    public enum ScaleEvidence: String, Sendable {
        /// Printed text such as `25 mm/s`.
        case text
        /// A calibration pulse.
        case pulse
        /// No evidence: 25 mm/s or 10 mm/mV.
        case assumed
        /// `PageHints`.
        case stated
    }

    /// A change of lead names that would repair the relations of the limb leads. It is not applied.
    public enum Proposal: Sendable, Equatable {
        case exchange(String, String)
        case invert(String)
    }

    /// mV at 500 Hz: each lead at the time of its column, NaN elsewhere. Without leads if nothing was read.
    public internal(set) var recording: Recording
    public internal(set) var kind: Kind
    /// Number of the page in its file, from 1 on.
    public internal(set) var number = 1
    /// Rows × columns + rhythm strips, for example `3x4+1`; nil if unknown.
    public internal(set) var layout: String?
    /// `standard`, `cabrera` or `other`.
    public internal(set) var leadOrder: String?
    public internal(set) var leadBoxes: [LeadBox] = []
    /// Paper speed in mm/s.
    public internal(set) var speed = 25.0
    public internal(set) var speedEvidence = ScaleEvidence.assumed
    /// mm/mV of the limb leads.
    public internal(set) var gain = 10.0
    /// mm/mV of the chest leads.
    public internal(set) var chestGain = 10.0
    public internal(set) var gainEvidence = ScaleEvidence.assumed
    /// Pixels of a picture, or points of a PDF, per mm of paper.
    public internal(set) var pixelsPerMillimeter: Double?
    /// Rotation of the page in degrees, clockwise.
    public internal(set) var rotation = 0.0
    /// Estimate of the signal-to-noise ratio in dB from the relations of the limb leads; nil without three limb leads at
    /// the same time.
    public internal(set) var estimatedSNR: Double?
    /// Problems of the page. Some make it unusable.
    public internal(set) var reasons: [PageReason]
    public internal(set) var proposals: [Proposal] = []
    /// The page as a picture, if `PageDigitizer.keepsPictures`.
    public internal(set) var picture: Page?
    /// Pixels of `picture` per unit of the lead boxes.
    var pictureScale = 1.0
    /// The page in mm, for the overlay.
    var read: ReadPage?
    var cells: [PageLayout.Cell] = []

    /// False if the recording must not be used.
    public var isUsable: Bool { !recording.leads.isEmpty && !reasons.contains { !$0.isTolerable } }

    /// A page without a result.
    init(kind: Kind, reason: PageReason) {
        recording = Recording(samplingRate: 500, leads: [])
        self.kind = kind
        reasons = [reason]
    }

    init(_ read: ReadPage) {
        recording = Recording(samplingRate: 500, leads: [])
        kind = read.kind == .vector ? .vector : .raster
        reasons = read.reasons
        rotation = read.grid.rotationDegrees
        pixelsPerMillimeter = (read.grid.pixelsPerMillimeterX * read.grid.pixelsPerMillimeterY).squareRoot()
        self.read = read
    }
}

extension PageReason {
    /// True for a reason that makes a page doubtful but not unusable.
    package var isTolerable: Bool { [.blurred, .cutOff, .tracesMerge, .strokesMissing].contains(self) }
}
