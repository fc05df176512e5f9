import Foundation
import Signals

/// Makes a recording from the traces of a page.
struct PageAssembly {
    static let rate = 500.0

    private let page: ReadPage
    private let layout: PageLayout
    private let scale: PageScale

    init(_ page: ReadPage, _ layout: PageLayout, _ scale: PageScale) {
        (self.page, self.layout, self.scale) = (page, layout, scale)
    }

    /// Turns a page into a recording with its check.
    static func digitized(_ page: ReadPage, hints: PageHints = PageHints()) -> DigitizedPage {
        var result = DigitizedPage(page)
        var scale = PageScale(words: page.words, pulses: page.pulses)
        if let speed = hints.speed { (scale.speed, scale.speedEvidence) = (speed, .stated) }
        result.set(scale, hints)
        guard !page.traces.isEmpty else {
            if !result.reasons.contains(.noPageFound) { result.reasons.insert(.noPageFound, at: 0) }
            return result
        }
        let found = LayoutSearch(page, speed: scale.speed).layout()
        guard let layout = found ?? hints.lead.flatMap({ PageLayout(lead: $0, of: page) }) else {
            result.reasons.append(.unknownLayout)
            return result
        }
        result.layout = layout.name
        result.leadOrder = layout.order.rawValue
        result.cells = layout.cells
        scale.apply(pulses: layout.pulses(of: page))
        result.set(scale, hints)
        if let gain = hints.gain { (scale.limbGain, scale.chestGain, scale.gainEvidence) = (gain, gain, .stated) }
        PageAssembly(page, layout, scale).fill(&result)
        if !result.reasons.contains(.noGrid), !result.recording.leads.isEmpty,
            !fits(scale, layout, result, hints: hints)
        {
            result.reasons.append(.noGrid)
        }
        SelfCheck.apply(to: &result)
        return result
    }

    /// Whether nothing on the page contradicts its scale.
    private static func fits(
        _ scale: PageScale, _ layout: PageLayout, _ page: DigitizedPage, hints: PageHints
    ) -> Bool {
        if let open = scale.openGroup, hints.gain == nil,
            page.recording.leads.contains(where: { PageScale.Group(of: $0.name) == open })
        {
            return false
        }
        guard !hints.isPart else { return true }
        if page.kind == .raster, page.recording.duration > longestTime,
            layout.columns.count > 1 || page.read?.grid.source != .lines
        {
            return false
        }
        if scale.gainEvidence == .assumed, !SelfCheck.fitsAssumedGain(page.recording) { return false }
        guard scale.speedEvidence == .assumed else { return true }
        let isLittle = page.recording.leads.count == 1 || page.recording.duration < shortestTime
        return !(page.kind == .raster && isLittle) && SelfCheck.fitsAssumedSpeed(page.recording)
    }

    /// Seconds of a row with several leads, with a little of its surroundings: usual pages show 10 s.
    private static let longestTime = 10.3
    /// Seconds that a picture without a printed speed shows at least: fewer beats do not tell the speed.
    private static let shortestTime = 4.0

    private func fill(_ result: inout DigitizedPage) {
        let starts = columnTimes()
        let origin = layout.columns.first ?? 0
        var parts: [(cell: PageLayout.Cell, first: Int, samples: [Float])] = []
        for cell in layout.cells {
            let start: Double
            if cell.isStrip || layout.columns.count == 1 {
                start = stripTime(cell, origin: origin)
            } else {
                let inColumn = (cell.start - layout.columns[cell.column]) / scale.speed
                start = starts[cell.column] + (abs(inColumn) < 0.02 ? 0 : max(0, inColumn))
            }
            let first = Int((start * Self.rate).rounded(.up))
            let step = scale.speed / Self.rate
            let place = cell.start + (Double(first) / Self.rate - start) * scale.speed
            let count = Int(((cell.end - place) / step + 1e-6).rounded(.down)) + 1
            // Damaged pages can have columns in a wrong order or far apart.
            guard count > 1, count < 1_000_000, first >= 0, first < 1_000_000 else { continue }
            parts.append((cell, first, samples(of: cell, start: place, step: step, count: count)))
        }
        let count = total(parts.map { $0.first + $0.samples.count }.max() ?? 0)
        guard count > 0 else { return }
        var leads: [String: [Float]] = [:]
        // Strips last: they replace the lead's part in the columns.
        for part in parts.sorted(by: { !$0.cell.isStrip && $1.cell.isStrip }) {
            var samples = [Float](repeating: .nan, count: count)
            for (index, value) in part.samples.enumerated() where part.first + index < count {
                samples[part.first + index] = value
            }
            leads[part.cell.name] = samples
        }
        let expected = max(1, layout.columnWidth / scale.speed * Self.rate)
        result.leadBoxes = parts.map { part in
            let finite = part.samples.count { $0.isFinite }
            let length = part.cell.isStrip ? Double(part.samples.count) : max(expected, Double(part.samples.count))
            return box(of: part.cell, coverage: min(1, Double(finite) / length))
        }
        result.recording = Recording(
            samplingRate: Self.rate,
            leads: LeadName.standard.compactMap { name in
                leads[name].map { Recording.Lead(name: name, samples: $0) }
            })
    }

    /// mV relative to the lead's median.
    private func samples(of cell: PageLayout.Cell, start: Double, step: Double, count: Int) -> [Float] {
        var samples = [Float](repeating: .nan, count: count)
        for trace in cell.traces {
            for (index, value) in trace.values(start: start, step: step, count: count).enumerated()
            where value.isFinite { samples[index] = value }
        }
        let values = samples.filter(\.isFinite).sorted()
        guard !values.isEmpty else { return samples }
        let level = values[values.count / 2]
        let factor = Float((cell.isInverted ? 1 : -1) / scale.gain(of: cell.name))
        return samples.map { ($0 - level) * factor }
    }

    /// Start of each column in seconds. Columns that nearly last 2.5 s or another usual time start at its multiples,
    /// because programs leave gaps and overlaps between columns, unless the rhythm strips fit better without.
    private func columnTimes() -> [Double] {
        let origin = layout.columns.first ?? 0
        let exact = layout.columns.map { ($0 - origin) / scale.speed }
        let width = layout.columnWidth / scale.speed
        guard let usual = [1.25, 2, 2.5, 3, 4, 5, 6, 10].first(where: { abs(width / $0 - 1) < 0.04 }) else {
            return exact
        }
        let nominal = exact.enumerated().map { index, time in
            let nominal = Double(index) * usual
            return abs(time - nominal) < 0.05 * usual + 0.02 * nominal ? nominal : time
        }
        guard zip(exact, nominal).contains(where: { abs($0 - $1) > 0.012 }) else { return nominal }
        return agreement(with: exact) > agreement(with: nominal) ? exact : nominal
    }

    /// Mean correlation of the steepness of the columns with the one of the rhythm strips, if the columns start at
    /// `starts` in seconds; 0 without strips.
    ///
    /// A difference of 20 ms between columns already widens the QRS complex that is measured over all leads.
    private func agreement(with starts: [Double]) -> Double {
        let interval = 0.004
        let step = interval * scale.speed
        let origin = layout.columns.first ?? 0
        var correlations: [Double] = []
        for strip in layout.cells where strip.isStrip {
            let stripSteepness = steepness([strip], start: strip.start, end: strip.end, step: step)
            for column in starts.indices.dropFirst() {
                let cells = layout.cells.filter { !$0.isStrip && $0.column == column }
                guard let last = cells.map(\.end).max() else { continue }
                let columnSteepness = steepness(cells, start: layout.columns[column], end: last, step: step)
                let offset = Int(((starts[column] - stripTime(strip, origin: origin)) / interval).rounded())
                let (first, end) = (max(0, -offset), min(columnSteepness.count, stripSteepness.count - offset))
                guard end - first > 100 else { continue }
                let range = first ..< end
                correlations.append(
                    LayoutSearch.correlation(
                        Array(columnSteepness[range]),
                        Array(stripSteepness[range.lowerBound + offset ..< range.upperBound + offset])))
            }
        }
        return correlations.isEmpty ? 0 : correlations.reduce(0, +) / Double(correlations.count)
    }

    /// Start of a strip in seconds: it starts with the columns, unless it clearly does not.
    private func stripTime(_ strip: PageLayout.Cell, origin: Double) -> Double {
        let offset = (strip.start - origin) / scale.speed
        return abs(offset) < 0.15 ? 0 : max(0, offset)
    }

    /// Change of the traces within 16 ms, added over the cells and smoothed over 20 ms; 0 where nothing is drawn.
    private func steepness(_ cells: [PageLayout.Cell], start: Double, end: Double, step: Double) -> [Float] {
        let count = max(0, min(100_000, Int((end - start) / step)))
        var sum = [Float](repeating: 0, count: count)
        for cell in cells {
            let values = PageLayout.samples(cell.traces, start: start, step: step, count: count)
            for index in sum.indices.dropFirst(2).dropLast(2) {
                let change = abs(values[index + 2] - values[index - 2])
                if change.isFinite { sum[index] += change }
            }
        }
        return sum.indices.map { index in
            let window = max(0, index - 2) ... min(count - 1, index + 2)
            return sum[window].reduce(0, +) / Float(window.count)
        }
    }

    /// Number of samples of the recording: whole multiples of 2.5 s if only a little is missing.
    private func total(_ count: Int) -> Int {
        let quarter = 2.5 * Self.rate
        let whole = (Double(count) / quarter).rounded() * quarter
        return whole > 0 && abs(Double(count) - whole) < 0.15 * Self.rate ? Int(whole) : count
    }

    private func box(of cell: PageLayout.Cell, coverage: Double) -> DigitizedPage.LeadBox {
        let values = cell.traces.flatMap { $0.y.filter(\.isFinite) }
        let top = Double(values.min() ?? 0)
        let bottom = Double(values.max() ?? 0)
        let corners = [(cell.start, top), (cell.end, top), (cell.start, bottom), (cell.end, bottom)].map {
            page.mapping.pixel(x: $0.0, y: $0.1)
        }
        return DigitizedPage.LeadBox(
            lead: cell.name, isRhythmStrip: cell.isStrip, left: corners.map(\.x).min()!, top: corners.map(\.y).min()!,
            right: corners.map(\.x).max()!, bottom: corners.map(\.y).max()!, coverage: coverage)
    }
}

extension DigitizedPage {
    /// Shows a scale in the result; a gain that a person states takes precedence.
    fileprivate mutating func set(_ scale: PageScale, _ hints: PageHints) {
        speed = scale.speed
        gain = hints.gain ?? scale.limbGain
        chestGain = hints.gain ?? scale.chestGain
        speedEvidence = ScaleEvidence(rawValue: scale.speedEvidence.rawValue)!
        gainEvidence = hints.gain == nil ? ScaleEvidence(rawValue: scale.gainEvidence.rawValue)! : .stated
    }
}
