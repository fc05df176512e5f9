/// Facts about a page that a person states.
public struct PageHints: Sendable, Equatable {
    /// Paper speed in mm/s, in place of that on the page.
    public var speed: Double?
    /// mm/mV of all leads, in place of that on the page.
    public var gain: Double?
    /// The lead of a picture with a single trace, for example `V1`, if the picture does not name it.
    public var lead: String?
    /// Whether the picture shows only some leads of an ECG. An assumed speed is then not checked.
    public var isPart = false

    public init(speed: Double? = nil, gain: Double? = nil, lead: String? = nil, isPart: Bool = false) {
        (self.speed, self.gain, self.lead, self.isPart) = (speed, gain, lead, isPart)
    }

    /// Returns the usual name of a lead that pages or file names have; nil for other words.
    public static func leadName(_ word: String) -> String? {
        LeadName(word).flatMap { $0.certainty >= 0.95 ? $0.name : nil }
    }
}

extension PageLayout {
    /// Rows of a picture with one lead; the second can be a part of a neighbor.
    private static let mostRows = 2

    /// The layout of a picture with one lead: its longest row. Nil without traces, and for more rows.
    init?(lead: String, of page: ReadPage) {
        let rows = PageRow.rows(of: page)
        guard let row = rows.max(by: { $0.end - $0.start < $1.end - $1.start }), rows.count <= Self.mostRows else {
            return nil
        }
        let cell = Cell(name: lead, isInverted: false, isStrip: false, column: 0, traces: row.traces)
        self.init(name: "1x1", order: .other, cells: [cell], columns: [row.start], columnWidth: row.end - row.start)
    }
}
