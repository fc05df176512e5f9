import Signals

/// Checks a digitized page against the relations of the limb leads and against plausible amplitudes.
///
/// Source of the limits: 60 pages of PTB-XL records. With good names and traces, 95 % of the pages agree by more than
/// 17 dB; with two leads exchanged or one inverted, 95 % agree by less than 6.5 dB.
package enum SelfCheck {
    /// Limb leads that agree by less than this many dB contradict each other.
    static let leastAgreement = 8.0
    /// Noise in mV that never counts as a contradiction: half a millimeter.
    static let smallNoise = 0.05
    /// Agreement in dB after a repair that is proposed.
    static let repairedAgreement = 12.0
    /// Peak to peak in mV; nothing larger is an ECG at the page's gain.
    static let largestAmplitude = 12.0

    /// The longest QT interval in ms and the lowest heart rate per minute with which an assumed speed is accepted.
    static let longestQT = 640.0
    static let lowestRate = 38.0

    /// Whether the beats fit the usual speed of 25 mm/s, which was assumed without evidence on the page.
    ///
    /// Pages drawn at 50 mm/s and read as 25 mm/s have QT intervals of 730 to 820 ms, other pages of at most 570 ms
    /// (about 140 degraded, scanned and drawn pages, with which the limits were chosen).
    package static func fitsAssumedSpeed(_ recording: Recording) -> Bool {
        let measured = Measurements(of: recording, beats: BeatDetector().beats(in: recording))
        return measured.qtInterval.value ?? 0 <= longestQT && measured.heartRate.value ?? lowestRate >= lowestRate
    }

    /// The largest amplitude in mV with which an assumed gain is accepted, as the median of the leads.
    static let largestUsualAmplitude = 1.6
    /// Length of a window in s: at least one beat at usual rates.
    static let window = 1.2

    /// Whether the amplitudes fit the usual gain of 10 mm/mV, which was assumed without evidence on the page.
    ///
    /// The median over leads of the amplitude in a window of 1.2 s is at most 1.5 mV on 37 scans and screenshots without
    /// evidence. Of 60 PTB-XL pages, 88 % have at most 1.6 mV; with doubled amplitudes, 7 % have.
    package static func fitsAssumedGain(_ recording: Recording) -> Bool {
        let count = Int(window * recording.samplingRate)
        let amplitudes = recording.leads.compactMap { lead -> Float? in
            let samples = lead.samples.filter(\.isFinite)
            let windows = stride(from: 0, through: samples.count - count, by: count).map { start in
                let part = samples[start ..< start + count]
                return part.max()! - part.min()!
            }.sorted()
            return windows.isEmpty ? nil : windows[windows.count / 2]
        }.sorted()
        return amplitudes.isEmpty || Double(amplitudes[amplitudes.count / 2]) <= largestUsualAmplitude
    }

    /// Length of the windows before and after a jump in s.
    static let jumpWindow = 0.4
    /// The smallest jump in mm.
    static let smallestJump = 10.0

    static func apply(to page: inout DigitizedPage) {
        checkJumps(&page)
        checkStrokes(&page)
        checkAmplitudes(&page)
        let columns = PageLayout.agreements(page.cells)
        guard !columns.isEmpty else { return }
        page.estimatedSNR = columns.map(\.agreement.decibels).min()
        let failed = columns.filter { isContradiction($0.agreement, gain: page.gain) }
        guard !failed.isEmpty else { return }
        if !page.reasons.contains(.leadsInconsistent) { page.reasons.append(.leadsInconsistent) }
        page.proposals = repairs(of: page)
    }

    /// mm from the ends of a lead in which strokes can be separators or pulses.
    static let border = 2.5
    /// mm from a trace to the end of a stroke that can belong to it; text stands farther away.
    static let strokeDistance = 5.0
    /// A lead with at least this many lost strokes, and with more per second, has lost its QRS complexes.
    static let fewestStrokes = 2
    static let strokesPerSecond = 0.4
    /// Part of the leads that can be left out.
    static let lostLeads = 0.34

    /// mm between rows below which complexes usually reach into the next row.
    static let overlappingRows = 15.0

    /// Leaves out leads whose steep strokes were not read, and all leads if they are many.
    private static func checkStrokes(_ page: inout DigitizedPage) {
        let lost = zip(page.cells, lostStrokes(page)).filter { cell, count in
            count >= fewestStrokes && Double(count) > strokesPerSecond * (cell.end - cell.start) / page.speed
        }
        let names = Set(lost.map(\.0.name))
        guard !names.isEmpty else { return }
        // Where complexes reach into the next row, a stroke can belong to several leads.
        if let spacing = rowSpacing(page), spacing < overlappingRows {
            if !page.reasons.contains(.tracesMerge) { page.reasons.append(.tracesMerge) }
            return
        }
        page.reasons.append(.strokesMissing)
        let isPage = Double(names.count) > lostLeads * Double(page.recording.leads.count)
        page.recording = Recording(
            samplingRate: page.recording.samplingRate,
            leads: isPage ? [] : page.recording.leads.filter { !names.contains($0.name) })
    }

    /// Returns for each cell the number of strokes next to its traces that no trace covers.
    static func lostStrokes(_ page: DigitizedPage) -> [Int] {
        var counts = [Int](repeating: 0, count: page.cells.count)
        for stroke in page.read?.unread ?? [] {
            let near = page.cells.indices.compactMap { index -> (index: Int, distance: Double)? in
                let cell = page.cells[index]
                guard cell.start + border < stroke.left, stroke.right < cell.end - border,
                    let level = median(
                        cell.traces.flatMap { $0.clipped(from: stroke.left - border, to: stroke.right + border).y })
                else { return nil }
                let above = Double(level) - stroke.bottom
                let below = stroke.top - Double(level)
                return (index, max(0, max(above, below)))
            }.min { $0.distance < $1.distance }
            if let near, near.distance < strokeDistance { counts[near.index] += 1 }
        }
        return counts
    }

    /// Refuses a page on which a trace moves to another row.
    private static func checkJumps(_ page: inout DigitizedPage) {
        guard let spacing = rowSpacing(page) else { return }
        let limit = max(smallestJump, 0.5 * spacing)
        guard page.cells.flatMap(\.traces).contains(where: { jumps($0, by: limit, speed: page.speed) }) else { return }
        if !page.reasons.contains(.tracesMerge) { page.reasons.append(.tracesMerge) }
        page.recording = Recording(samplingRate: page.recording.samplingRate, leads: [])
    }

    /// The usual distance of two rows in mm; nil for a single row.
    private static func rowSpacing(_ page: DigitizedPage) -> Double? {
        let levels = page.cells.flatMap(\.traces).compactMap { median($0.y) }.sorted()
        let spacings = zip(levels, levels.dropFirst()).map { Double($1 - $0) }.filter { $0 > 5 }.sorted()
        return spacings.isEmpty ? nil : spacings[spacings.count / 2]
    }

    /// Whether the median of a window differs from that of the window before by at least `limit` in mm.
    static func jumps(_ trace: PageTrace, by limit: Double, speed: Double) -> Bool {
        let count = Int(jumpWindow * speed / trace.spacing)
        let gap = Int(1 / trace.spacing) + 1
        guard count > 3, trace.y.count > 2 * (count + gap) else { return false }
        var (before, after) = (SortedWindow<Float>(), SortedWindow<Float>())
        func add(_ range: Range<Int>, to window: inout SortedWindow<Float>) {
            for value in trace.y[range] where !value.isNaN { window.insert(value) }
        }
        func remove(_ range: Range<Int>, from window: inout SortedWindow<Float>) {
            for value in trace.y[range] where !value.isNaN { window.remove(value) }
        }
        add(0 ..< count, to: &before)
        add(count + gap ..< 2 * count + gap, to: &after)
        let step = max(1, gap / 2)
        for index in stride(from: count, to: trace.y.count - count - gap, by: step) {
            if index > count {
                // Both windows move by one step.
                let last = index - step
                remove(last - count ..< index - count, from: &before)
                add(last ..< index, to: &before)
                remove(last + gap ..< index + gap, from: &after)
                add(last + gap + count ..< index + gap + count, to: &after)
            }
            // Without values in a window, the difference is NaN and no jump.
            if Double(abs(after.median - before.median)) >= limit { return true }
        }
        return false
    }

    private static func median(_ values: some Sequence<Float>) -> Float? {
        let values = values.filter(\.isFinite).sorted()
        return values.isEmpty ? nil : values[values.count / 2]
    }

    private static func isContradiction(_ agreement: LimbLeadResidual.Agreement, gain: Double) -> Bool {
        agreement.decibelsOfNames < leastAgreement && agreement.noise / gain > smallNoise
    }

    private static func checkAmplitudes(_ page: inout DigitizedPage) {
        let implausible = page.recording.leads.filter { lead in
            let values = lead.samples.filter(\.isFinite)
            guard let low = values.min(), let high = values.max() else { return true }
            return Double(high - low) > largestAmplitude
        }
        guard !implausible.isEmpty else { return }
        page.reasons.append(.leadsInconsistent)
        let names = Set(implausible.map(\.name))
        page.recording = Recording(
            samplingRate: page.recording.samplingRate, leads: page.recording.leads.filter { !names.contains($0.name) })
    }

    /// The one exchange or inversion that makes all columns agree; empty if none or several do.
    private static func repairs(of page: DigitizedPage) -> [DigitizedPage.Proposal] {
        let order = { (cell: PageLayout.Cell) in LeadName.standard.firstIndex(of: cell.name) ?? 0 }
        let cells = page.cells.filter { !$0.isStrip }.sorted { order($0) < order($1) }
        let limb = cells.indices.filter { LimbLeadResidual.shares[cells[$0].name] != nil }
        var found: [DigitizedPage.Proposal] = []
        func test(_ changed: [PageLayout.Cell], _ proposal: DigitizedPage.Proposal) {
            let agreements = PageLayout.agreements(changed)
            if agreements.allSatisfy({ $0.agreement.decibels >= repairedAgreement }) { found.append(proposal) }
        }
        for (position, index) in limb.enumerated() {
            var changed = cells
            changed[index].isInverted.toggle()
            test(changed, .invert(cells[index].name))
            for other in limb[(position + 1)...] {
                var changed = cells
                changed[index].name = cells[other].name
                changed[other].name = cells[index].name
                test(changed, .exchange(cells[index].name, cells[other].name))
            }
        }
        return found.count == 1 ? found : []
    }
}
