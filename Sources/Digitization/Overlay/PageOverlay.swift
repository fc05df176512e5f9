import Imaging

extension DigitizedPage {
    /// The page's picture with grid, lead boxes, lead names and traces in color.
    ///
    /// - Parameter isDeidentified: whether everything outside of the leads and their margins is painted white, and
    ///   words between the leads too.
    /// - Returns: nil without `picture`, and for a page without traces that cannot be deidentified.
    public func overlay(deidentified isDeidentified: Bool = false) -> Page? {
        guard let picture else { return nil }
        guard let read, !read.traces.isEmpty else { return isDeidentified ? nil : picture }
        var canvas = OverlayCanvas(picture)
        let place = { (x: Double, y: Double) -> (Double, Double) in
            let point = read.mapping.pixel(x: x, y: y)
            return (point.x * pictureScale, point.y * pictureScale)
        }
        let traces = cells.isEmpty ? read.traces : cells.flatMap(\.traces)
        let area = OverlayArea(traces)
        if isDeidentified { deidentify(&canvas, area, read, place) }
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

    /// Paints what can name the patient: header, footer, margins, and words between the leads.
    private func deidentify(
        _ canvas: inout OverlayCanvas, _ area: OverlayArea, _ read: ReadPage,
        _ place: (Double, Double) -> (Double, Double)
    ) {
        canvas.fillOutside(area.outline.map { place($0.0, $0.1) })
        for word in read.words where LeadName(word.text) == nil {
            canvas.fill([
                place(word.left - 0.5, word.top - 0.5), place(word.right + 0.5, word.top - 0.5),
                place(word.right + 0.5, word.bottom + 0.5), place(word.left - 0.5, word.bottom + 0.5),
            ])
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

    /// Points along the edges, close enough for curled paper.
    var outline: [(Double, Double)] {
        let steps = (0 ..< 40).map { Double($0) / 40 }
        return steps.map { (left + (right - left) * $0, top) } + steps.map { (right, top + (bottom - top) * $0) }
            + steps.map { (right - (right - left) * $0, bottom) } + steps.map { (left, bottom - (bottom - top) * $0) }
    }
}
