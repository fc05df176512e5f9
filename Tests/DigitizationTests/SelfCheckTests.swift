import Foundation
import Signals
import Testing

@testable import Digitization

struct SelfCheckTests {
    /// Ten seconds of two leads.
    private static func recording(_ value: (String, Double) -> Double) -> Recording {
        Recording(
            samplingRate: 500,
            leads: ["II", "V5"].map { name in
                Recording.Lead(name: name, samples: (0 ..< 5000).map { Float(value(name, Double($0) / 500)) })
            })
    }

    /// Beats as sums of bumps: place and width in s, height in mV.
    private static func beat(_ seconds: Double) -> Double {
        [(0.12, 0.025, 0.12), (0.28, 0.012, 1.2), (0.56, 0.05, 0.35)].reduce(0) { sum, bump in
            let distance = (seconds - bump.0) / bump.1
            return sum + bump.2 * exp(-0.5 * distance * distance)
        }
    }

    @Test func `beats at a usual rate fit the usual speed`() {
        let recording = Self.recording { _, seconds in Self.beat(seconds.truncatingRemainder(dividingBy: 0.85)) }
        #expect(SelfCheck.fitsAssumedSpeed(recording))
    }

    @Test func `long QT intervals do not fit the usual speed`() {
        let recording = Self.recording { _, seconds in
            Self.beat(seconds.truncatingRemainder(dividingBy: 1.9) / 2.2)
        }
        #expect(!SelfCheck.fitsAssumedSpeed(recording))
    }

    @Test func `a very low rate does not fit the usual speed`() {
        let recording = Self.recording { _, seconds in Self.beat(seconds.truncatingRemainder(dividingBy: 2.2)) }
        #expect(!SelfCheck.fitsAssumedSpeed(recording))
    }

    @Test func `amplitudes at half of their gain do not fit the usual gain`() {
        func recording(_ factor: Double) -> Recording {
            Self.recording { _, seconds in factor * Self.beat(seconds.truncatingRemainder(dividingBy: 0.85)) }
        }
        #expect(SelfCheck.fitsAssumedGain(recording(1)))
        #expect(!SelfCheck.fitsAssumedGain(recording(2)))
        // A slow drift is no amplitude.
        #expect(
            SelfCheck.fitsAssumedGain(
                Self.recording { _, seconds in
                    Self.beat(seconds.truncatingRemainder(dividingBy: 0.85)) + 0.3 * seconds
                }))
    }

    /// A trace of 62.5 mm at 25 mm/s and 10 mm/mV, with further mm from `place` on.
    private static func trace(jump: Float, at place: Double, factor: Double = 1) -> PageTrace {
        let y = (0 ..< 625).map { index in
            let x = Double(index) * 0.1
            let beat = factor * Self.beat((x / 25).truncatingRemainder(dividingBy: 0.85))
            return Float(-10 * beat) + (x >= place ? jump : 0)
        }
        return PageTrace(start: 20, spacing: 0.1, y: y, row: 0)
    }

    /// A page of three leads with strokes at places in mm, above the first and the second lead.
    private static func page(strokes: [(x: Double, row: Int)], spacing: Double = 40) -> DigitizedPage {
        let traces = (0 ..< 3).map { row in
            PageTrace(
                start: 20, spacing: 0.1, y: [Float](repeating: Float(spacing) * Float(row + 1), count: 2500), row: row)
        }
        var read = ReadPage(
            kind: .raster, width: 300, height: 200,
            grid: PageGrid(pixelsPerMillimeterX: 8, pixelsPerMillimeterY: 8, rotationDegrees: 0, source: .lines),
            traces: traces, words: [], pulses: [],
            mapping: PageMapping(pixelsPerMillimeterX: 8, pixelsPerMillimeterY: 8),
            reasons: [])
        read.unread = strokes.map { stroke in
            let level = spacing * Double(stroke.row + 1)
            return UnreadStroke(left: stroke.x, right: stroke.x + 0.5, top: level - 10, bottom: level - 1)
        }
        var page = DigitizedPage(read)
        let names = ["II", "V1", "V5"]
        page.cells = zip(names, traces).map { name, trace in
            PageLayout.Cell(name: name, isInverted: false, isStrip: false, column: 0, traces: [trace])
        }
        page.recording = Recording(
            samplingRate: 500,
            leads: names.map { Recording.Lead(name: $0, samples: [Float](repeating: 0, count: 5000)) })
        return page
    }

    @Test func `a lead that lost a stroke in each second is left out`() {
        var page = Self.page(strokes: (0 ..< 10).map { (30 + 20 * Double($0), 1) })
        #expect(SelfCheck.lostStrokes(page) == [0, 10, 0])
        SelfCheck.apply(to: &page)
        #expect(page.reasons == [.strokesMissing] && page.isUsable)
        #expect(page.recording.leads.map(\.name) == ["II", "V5"])
    }

    @Test func `a page whose leads lost many strokes has no recording`() {
        let places = (0 ..< 10).map { 30 + 20 * Double($0) }
        var page = Self.page(strokes: places.map { ($0, 0) } + places.map { ($0, 1) })
        SelfCheck.apply(to: &page)
        #expect(page.reasons == [.strokesMissing] && !page.isUsable && page.recording.leads.isEmpty)
    }

    @Test func `lost strokes between rows that overlap leave all leads, with a reason`() {
        let places = (0 ..< 10).map { 30 + 20 * Double($0) }
        var page = Self.page(strokes: places.map { ($0, 1) }, spacing: 12)
        SelfCheck.apply(to: &page)
        #expect(page.reasons == [.tracesMerge] && page.isUsable && page.recording.leads.count == 3)
    }

    @Test func `a few strokes and strokes at the ends of a lead do not count`() {
        // Three strokes in ten seconds, and separators at both ends.
        var page = Self.page(strokes: [(60, 1), (110, 1), (160, 1), (21, 1), (22, 1), (268, 1), (269, 1)])
        #expect(SelfCheck.lostStrokes(page) == [0, 3, 0])
        SelfCheck.apply(to: &page)
        #expect(page.reasons.isEmpty && page.recording.leads.count == 3)
    }

    @Test func `a trace that moves to another row is noticed, and tall complexes are none`() {
        func jumps(_ trace: PageTrace) -> Bool { SelfCheck.jumps(trace, by: 12, speed: 25) }
        for place in [15.0, 31, 48] {
            #expect(jumps(Self.trace(jump: 25, at: place)))
            #expect(jumps(Self.trace(jump: -14, at: place)))
            #expect(!jumps(Self.trace(jump: 6, at: place)))
        }
        #expect(!jumps(Self.trace(jump: 0, at: 0, factor: 4)))
        // A steady drift of 20 mm.
        var drifting = Self.trace(jump: 0, at: 0)
        for index in drifting.y.indices { drifting.y[index] += Float(index) * 0.032 }
        #expect(!jumps(drifting))
    }
}
