import Imaging

extension DigitizedPage {
    /// The page's picture with grid, lead boxes, lead names and traces in color.
    ///
    /// - Parameter isDeidentified: whether everything is painted white but the leads and the calibration pulses with
    ///   margins of 3 mm.
    /// - Returns: nil without `picture`, and for a page without named leads that must be deidentified, because its
    ///   traces may be text.
    public func overlay(deidentified isDeidentified: Bool = false) -> Page? {
        guard let picture, !isDeidentified || !cells.isEmpty else { return nil }
        guard let read, !read.traces.isEmpty else { return picture }
        var canvas = OverlayCanvas(picture)
        let place = { (x: Double, y: Double) -> (Double, Double) in
            let point = read.mapping.pixel(x: x, y: y)
            return (point.x * pictureScale, point.y * pictureScale)
        }
        let traces = cells.isEmpty ? read.traces : cells.flatMap(\.traces)
        let area = OverlayArea(traces)
        if isDeidentified { deidentify(&canvas, traces, read, place) }
        for x in stride(from: (area.left / 5).rounded(.up) * 5, through: area.right, by: 5) {
            canvas.line(from: place(x, area.top), to: place(x, area.bottom), OverlayCanvas.grid, width: 1)
        }
        for y in stride(from: (area.top / 5).rounded(.up) * 5, through: area.bottom, by: 5) {
            canvas.line(from: place(area.left, y), to: place(area.right, y), OverlayCanvas.grid, width: 1)
        }
        let size = max(1, Int((pixelsPerMillimeter ?? 4) * pictureScale / 3))
        if cells.isEmpty {
            for trace in read.traces { draw(trace, on: &canvas, OverlayCanvas.colors[0], place) }
        }
        for (index, cell) in cells.enumerated() {
            let color = OverlayCanvas.colors[index % OverlayCanvas.colors.count]
            for trace in cell.traces { draw(trace, on: &canvas, color, place) }
            let box = OverlayArea(cell.traces)
            let corners = [
                place(cell.start, box.y.lowerBound), place(cell.end, box.y.lowerBound),
                place(cell.end, box.y.upperBound), place(cell.start, box.y.upperBound),
            ]
            for corner in corners.indices {
                canvas.line(from: corners[corner], to: corners[(corner + 1) % 4], color, width: 1)
            }
            canvas.text((cell.isInverted ? "-" : "") + cell.name, at: corners[0], size: size, color)
        }
        return canvas.page
    }

    private func draw(
        _ trace: PageTrace, on canvas: inout OverlayCanvas, _ color: OverlayCanvas.Color,
        _ place: (Double, Double) -> (Double, Double)
    ) {
        var last: (Double, Double)?
        for (index, y) in trace.y.enumerated() {
            guard y.isFinite else {
                last = nil
                continue
            }
            let point = place(trace.start + Double(index) * trace.spacing, Double(y))
            if let last { canvas.line(from: last, to: point, color, width: 2) }
            last = point
        }
    }

    /// Paints everything that can name the patient: all but the traces and pulses, and words next to them.
    private func deidentify(
        _ canvas: inout OverlayCanvas, _ traces: [PageTrace], _ read: ReadPage,
        _ place: (Double, Double) -> (Double, Double)
    ) {
        func box(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> [(Double, Double)] {
            [place(left, top), place(right, top), place(right, bottom), place(left, bottom)]
        }
        let margin = 3.0
        var kept: [[(Double, Double)]] = []
        for trace in traces {
            // Steps of 1 mm with the heights of 2 mm on both sides, so that the margin follows curled paper.
            for x in stride(from: trace.start - 1, to: trace.end + 1, by: 1) {
                let values = stride(from: x - 2, through: x + 3, by: trace.spacing).map { trace.value(at: $0) }
                    .filter(\.isFinite).map(Double.init)
                guard let top = values.min(), let bottom = values.max() else { continue }
                kept.append(box(x, top - margin, x + 1, bottom + margin))
            }
        }
        for pulse in read.pulses {
            kept.append(box(pulse.left - margin, pulse.top - margin, pulse.right + margin, pulse.bottom + margin))
        }
        canvas.fillOutside(kept)
        for word in read.words where LeadName(word.text) == nil {
            canvas.fill(box(word.left - 0.5, word.top - 0.5, word.right + 0.5, word.bottom + 0.5))
        }
    }
}

/// The part of a page with traces, with margins for calibration pulses.
struct OverlayArea {
    var left, right: Double
    /// Top and bottom of the traces in mm.
    var y: ClosedRange<Double>

    var top: Double { y.lowerBound - 3 }
    var bottom: Double { y.upperBound + 3 }

    init(_ traces: [PageTrace]) {
        left = (traces.map(\.start).min() ?? 0) - 10
        right = (traces.map(\.end).max() ?? 0) + 10
        let values = traces.flatMap { $0.y.filter(\.isFinite) }
        y = Double(values.min() ?? 0) ... Double(values.max() ?? 0)
    }
}
