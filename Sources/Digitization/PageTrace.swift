/// The line of one row of a page, in millimeters of the straightened page.
///
/// The axes start at the left and top edge of the page; x grows to the right, y grows downward.
package struct PageTrace: Equatable, Sendable {
    /// x of the first point in mm.
    package var start: Double
    /// Distance between points in mm.
    package var spacing: Double
    /// y of each point in mm; NaN where the page has no ink.
    package var y: [Float]
    /// The row of the page that the trace belongs to, counted from the top.
    package var row: Int

    package init(start: Double, spacing: Double, y: [Float], row: Int) {
        self.start = start
        self.spacing = spacing
        self.y = y
        self.row = row
    }
}

/// A word that is printed on the page, with its box in mm of the straightened page.
package struct PageWord: Equatable, Sendable {
    package var text: String
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double
    /// 0…1; 1 for text that the file contains as text.
    package var confidence: Double

    package init(text: String, left: Double, top: Double, right: Double, bottom: Double, confidence: Double) {
        self.text = text
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
        self.confidence = confidence
    }
}

/// A calibration pulse: its box in mm of the straightened page, measured along the middle of its line.
package struct CalibrationPulse: Equatable, Sendable {
    package var left: Double
    package var right: Double
    package var top: Double
    package var bottom: Double
    /// The row of the page that the pulse belongs to, counted from the top.
    package var row: Int
    /// Whether both edges are on the page; else the width says nothing.
    package var isWhole: Bool

    /// Height of the pulse in mm: 10 at 10 mm/mV.
    package var height: Double { bottom - top }
    /// Width of the pulse in mm: 5 for 200 ms at 25 mm/s.
    package var width: Double { right - left }

    package init(left: Double, right: Double, top: Double, bottom: Double, row: Int, isWhole: Bool = true) {
        self.left = left
        self.right = right
        self.top = top
        self.bottom = bottom
        self.row = row
        self.isWhole = isWhole
    }
}

/// A stroke of ink that no trace covers: its box in mm of the straightened page.
package struct UnreadStroke: Equatable, Sendable {
    package var left: Double
    package var right: Double
    package var top: Double
    package var bottom: Double

    package init(left: Double, right: Double, top: Double, bottom: Double) {
        (self.left, self.right, self.top, self.bottom) = (left, right, top, bottom)
    }
}

/// The page as a front end reads it: grid, traces and words, before leads have names.
package struct ReadPage: Sendable {
    package enum Kind: String, Sendable {
        case vector, raster
    }

    package var kind: Kind
    /// Size of the straightened page in mm.
    package var width: Double
    package var height: Double
    package var grid: PageGrid
    /// One trace for each row, sorted from top to bottom.
    package var traces: [PageTrace]
    package var words: [PageWord]
    package var pulses: [CalibrationPulse]
    /// Strokes that no trace covers, outside of pulses.
    package var unread: [UnreadStroke] = []
    /// The way back from mm to pixels of the picture as it was given.
    package var mapping: PageMapping
    /// Reasons that make the page unusable or doubtful; empty for a good page.
    package var reasons: [PageReason]

    package init(
        kind: Kind, width: Double, height: Double, grid: PageGrid, traces: [PageTrace], words: [PageWord],
        pulses: [CalibrationPulse], mapping: PageMapping, reasons: [PageReason]
    ) {
        self.kind = kind
        self.width = width
        self.height = height
        self.grid = grid
        self.traces = traces
        self.words = words
        self.pulses = pulses
        self.mapping = mapping
        self.reasons = reasons
    }
}
