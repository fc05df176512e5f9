/// The shapes of a page besides its traces: grid, calibration pulses, separators and texts.
struct PageShapes {
    private let style: PageStyle
    private let arrangement: PageArrangement

    init(style: PageStyle, arrangement: PageArrangement) {
        (self.style, self.arrangement) = (style, arrangement)
    }

    /// Thin lines every millimeter, strong ones every five, from the grid's top left corner.
    var grid: [DrawingShape] {
        guard style.grid != .none else { return [] }
        let box = arrangement.grid
        let (columns, rows) = (Int(box.size.x), Int(box.size.y))
        func lines(_ isIncluded: (Int) -> Bool) -> [[SIMD2<Double>]] {
            (0 ... columns).filter(isIncluded).map { column in
                [box.origin + SIMD2(Double(column), 0), box.origin + SIMD2(Double(column), box.size.y)]
            }
                + (0 ... rows).filter(isIncluded).map { row in
                    [box.origin + SIMD2(0, Double(row)), box.origin + SIMD2(box.size.x, Double(row))]
                }
        }
        let major = DrawingShape.lines(lines { $0 % 5 == 0 }, width: 0.18, color: style.gridColors.major)
        guard style.grid == .dotted else {
            return [.lines(lines { $0 % 5 != 0 }, width: 0.1, color: style.gridColors.minor), major]
        }
        let points = (0 ... rows).filter { $0 % 5 != 0 }.flatMap { row in
            (0 ... columns).filter { $0 % 5 != 0 }.map { [box.origin + SIMD2(Double($0), Double(row))] }
        }
        return [.lines(points, width: 0.22, color: style.gridColors.minor), major]
    }

    /// The panels of each row, from left to right.
    private var rows: [[PagePanel]] {
        Dictionary(grouping: arrangement.panels, by: \.row).sorted { $0.key < $1.key }.map(\.value)
    }

    /// The places of the 1 mV pulses with their heights in millimeters.
    private var pulses: [(left: SIMD2<Double>, height: Double)] {
        guard style.calibration != .none else { return [] }
        let width = pulseWidth + 4
        return rows.flatMap { row -> [(SIMD2<Double>, Double)] in
            let (first, last) = (row[0], row[row.count - 1])
            let before = SIMD2(PageArrangement.traceLeft - 3 - width, first.origin.y)
            let after = SIMD2(last.box.origin.x + last.box.size.x + 3, last.origin.y)
            if first.gain != last.gain { return [(before, first.gain), (after, last.gain)] }
            return [(style.calibration == .left ? before : after, first.gain)]
        }
    }

    /// 0.2 s.
    private var pulseWidth: Double { 0.2 * style.speed }

    /// The boxes of the 1 mV pulses: their height is the gain.
    var calibrations: [PaperBox] {
        pulses.map { PaperBox(x: $0.left.x + 2, y: $0.left.y - $0.height, width: pulseWidth, height: $0.height) }
    }

    /// Calibration pulses and separators.
    var marks: [DrawingShape] {
        let outlines = pulses.map { left, height in
            [
                left, left + SIMD2(2, 0), left + SIMD2(2, -height), left + SIMD2(2 + pulseWidth, -height),
                left + SIMD2(2 + pulseWidth, 0), left + SIMD2(4 + pulseWidth, 0),
            ]
        }
        let borders = arrangement.panels.filter { $0.column > 0 }.flatMap(separator)
        return [(outlines, style.lineWidth), (borders, 0.25)].filter { !$0.0.isEmpty }.map {
            .lines($0, width: $1, color: style.ink)
        }
    }

    /// Returns the lines between a panel and the one to its left.
    private func separator(before panel: PagePanel) -> [[SIMD2<Double>]] {
        let place = SIMD2(panel.box.origin.x, panel.origin.y)
        switch style.separators {
        case .none: return []
        case .ticks:
            return [[place - SIMD2(0, 8), place - SIMD2(0, 5)], [place + SIMD2(0, 5), place + SIMD2(0, 8)]]
        case .lines:
            return stride(from: 1.0, to: panel.box.size.y - 2, by: 3).map { offset in
                let top = SIMD2(place.x, panel.box.origin.y + offset)
                return [top, top + SIMD2(0, 1.5)]
            }
        }
    }

    /// Returns the place of a panel's printed name: above its beginning, within the panel, or to the left.
    func labelOrigin(of panel: PagePanel) -> SIMD2<Double> {
        if style.hasStripNamesAtLeft, panel.isStrip {
            return SIMD2(arrangement.grid.origin.x + 2, panel.origin.y + 1)
        }
        return SIMD2(
            panel.box.origin.x + 1.5, max(panel.origin.y - max(0.42 * panel.box.size.y, 6), panel.box.origin.y + 3.6))
    }

    /// Millimeters.
    static let labelHeight = 2.6

    /// Lead names, header and footer. The names come first, one per panel.
    var texts: [DrawingShape] {
        var texts: [DrawingShape] = []
        if style.hasLeadNames {
            texts += arrangement.panels.map {
                .text($0.label, at: labelOrigin(of: $0), height: Self.labelHeight, color: style.ink)
            }
        }
        for (line, text) in style.header.prefix(3).enumerated() where !text.isEmpty {
            texts.append(
                .text(
                    text, at: SIMD2(arrangement.grid.origin.x + 1, 7 + 5.5 * Double(line)), height: 2.8,
                    color: style.ink))
        }
        if style.hasFooter {
            let bottom = arrangement.grid.origin.y + arrangement.grid.size.y + 6
            texts.append(
                .text(scaleText, at: SIMD2(arrangement.grid.origin.x + 1, bottom), height: 2.4, color: style.ink))
        }
        return texts
    }

    /// Speed and gain as printed, for example `25 mm/s   10 mm/mV`.
    private var scaleText: String {
        func number(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
        let gains = Set(arrangement.panels.map(\.gain))
        guard gains.count > 1 else {
            return "\(number(style.speed)) mm/s   \(number(gains.first ?? style.limbGain)) mm/mV"
        }
        return "\(number(style.speed)) mm/s   limb \(number(style.limbGain)) mm/mV   chest "
            + "\(number(style.chestGain)) mm/mV"
    }
}
