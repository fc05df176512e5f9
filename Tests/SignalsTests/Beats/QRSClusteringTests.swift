import Foundation
import TestSupport
import Testing

@testable import Signals

@Suite struct QRSClusteringTests {
    private func shapes(_ recording: Recording, at places: [Int]) -> QRSShapes {
        let leads = recording.leads.map { WorkingLead($0.samples, factor: 1, rate: recording.samplingRate) }
        var shapes = QRSShapes(leadCount: leads.count, rate: recording.samplingRate)
        for place in places { shapes.append(leads, at: place) }
        return shapes
    }

    @Test func `beats of two shapes make two clusters, the larger first`() {
        var made = GaussianRecording(samplingRate: 125, duration: 40, interval: 0.8)
        made.ventricular = [3, 9, 10, 30]
        made.noise = 0.02
        let clustering = QRSClustering(shapes(made.recording(), at: made.expected), rate: 125)
        #expect(clustering.templates.count == 2)
        #expect(clustering.labels.indices.filter { clustering.labels[$0] == 1 } == [3, 9, 10, 30])
    }

    @Test func `beats whose middles are off by some samples join at a lag`() {
        let made = GaussianRecording(samplingRate: 125, duration: 40, interval: 0.8)
        let shifts = made.expected.indices.map { [0, 3, -3, 1, -2][$0 % 5] }
        let clustering = QRSClustering(
            shapes(made.recording(), at: zip(made.expected, shifts).map { $0 + $1 }), rate: 125)
        #expect(clustering.templates.count == 1)
        // Rounding to samples leaves half a sample; the lags undo the shifts up to a common one.
        let sums = zip(clustering.lags, shifts).map { $0 + Float($1) }
        #expect(sums.max()! - sums.min()! < 1.2)
    }

    @Test func `a template is its own likeness, and its negative is the opposite`() throws {
        let made = GaussianRecording(samplingRate: 125, duration: 10, interval: 0.8)
        let recording = made.recording()
        let usual = shapes(recording, at: made.expected)
        let inverted = shapes(recording.mapped { _, samples in samples.map { -$0 } }, at: made.expected)
        var left = QRSTemplate(leadCount: 1, width: usual.width)
        var right = left
        left.add(usual, 1, lag: 0, scales: [1])
        right.add(inverted, 1, lag: 0, scales: [1])
        let same = try #require(left.similarity(to: left, reach: 3))
        #expect(same.shift == 0 && abs(same.correlation - 1) < 1e-5 && abs(same.ratio - 1) < 1e-5)
        #expect(try #require(left.similarity(to: right, reach: 0)).correlation < -0.999)
        #expect(left.correlation(usual, 1, lags: 0 ... 0, scales: [1])! > 0.999)
    }

    @Test func `a ventricular complex lasts longer than a normal one`() {
        var made = GaussianRecording(samplingRate: 125, duration: 10, interval: 0.8)
        made.ventricular = [4]
        let all = shapes(made.recording(), at: made.expected)
        var normal = QRSTemplate(leadCount: 1, width: all.width)
        var wide = normal
        normal.add(all, 2, lag: 0, scales: [1])
        wide.add(all, 4, lag: 0, scales: [1])
        #expect(wide.duration > 1.3 * normal.duration)
    }
}
