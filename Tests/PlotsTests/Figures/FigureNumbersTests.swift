import Testing

@testable import Plots

/// The arithmetic of figures.
struct FigureNumbersTests {
    @Test func `a confusion matrix is shaded by the shares of its rows`() {
        let figure = ConfusionMatrixFigure(
            title: "T", labels: ["a", "b", "c"], counts: [[3, 1, 0], [0, 0, 0], [0, 0, 2]])
        #expect(figure.shares == [[0.75, 0.25, 0], [0, 0, 0], [0, 0, 1]])
        #expect(figure.summary.contains("a 3 of 4, b 0 of 0, c 2 of 2"))
    }

    @Test func `the area under a precision-recall curve is its average precision, in either direction`() {
        // Recall 0, 1/2, 1 with precision 1, 1, 2/3: average precision 1/2 · 1 + 1/2 · 2/3.
        for isReversed in [false, true] {
            let (recall, precision) = ([0, 0.5, 1.0], [1, 1, 2.0 / 3])
            let steps = PrecisionRecallFigure.Curve(
                label: "a", recall: isReversed ? recall.reversed() : recall,
                precision: isReversed ? precision.reversed() : precision, prevalence: 0.5, averagePrecision: nil
            ).steps
            let area = zip(steps.x.indices.dropFirst(), zip(steps.y, steps.y.dropFirst())).reduce(0.0) { sum, corner in
                sum + (steps.x[corner.0] - steps.x[corner.0 - 1]) * (corner.1.0 + corner.1.1) / 2
            }
            #expect(abs(area - 5.0 / 6) < 1e-12)
        }
    }

    @Test func `reliability bins have equal size and leave out NaN`() {
        let series = ReliabilityFigure.Series(
            label: "a", scores: [0.9, 0.1, .nan, 0.3, 0.2, 0.8], truth: [true, false, true, true, false, false],
            binCount: 2)
        #expect(series.bins.map(\.count) == [3, 2])
        #expect(abs(series.bins[0].meanScore - 0.2) < 1e-12 && abs(series.bins[1].meanScore - 0.85) < 1e-12)
        #expect(series.bins.map(\.positiveShare) == [1.0 / 3, 0.5])
        #expect(series.scores == [0.1, 0.2, 0.3, 0.8, 0.9])
    }

    @Test func `fewer samples than bins give one bin each`() {
        let series = ReliabilityFigure.Series(label: "a", scores: [0.5, 0.25], truth: [true, false], binCount: 15)
        #expect(series.bins.map(\.meanScore) == [0.25, 0.5] && series.bins.map(\.count) == [1, 1])
    }

    @Test func `a histogram counts every score once`() {
        let series = ReliabilityFigure.Series(
            label: "a", scores: [0, 0.049, 0.05, 1, 1.5, -1], truth: [true, true, true, true, true, true])
        let histogram = ReliabilityFigure(title: "T", series: [series]).histogram
        #expect(histogram[0] == 3 && histogram[1] == 1 && histogram[19] == 2 && histogram.reduce(0, +) == 6)
    }

    @Test func `a step curve is thinned to its corners and keeps its gaps`() {
        let count = 100_000
        let x = (0 ... count).map { Double($0) / Double(count) }
        let stairs = CurvePoints(x: x, y: x.map { $0 < 0.5 ? 0 : 1 }).thinned()
        #expect(stairs.x.count <= 4 && stairs.y.first == 0 && stairs.y.last == 1 && stairs.x.last == 1)

        let diagonal = CurvePoints(x: x, y: x).thinned()
        #expect(diagonal.x.count <= 2002)
        let worst = zip(diagonal.x, diagonal.x.dropFirst()).map { $1 - $0 }.max()!
        #expect(worst < 0.0011)

        let broken = CurvePoints(x: [0, 0.1, 0.2, 0.3, 0.4], y: [0, 0, .nan, 0, 0]).thinned()
        #expect(broken.y.contains(where: \.isNaN) && broken.x.first == 0 && broken.x.last == 0.4)
    }

    @Test func `a run that reverses keeps its end`() {
        let spike = CurvePoints(x: [0.5, 0.5, 0.5, 0.5], y: [0, 0.5, 1, 0.2]).thinned()
        #expect(spike.y == [0, 1, 0.2])
    }

    @Test(arguments: [(0, 1), (2, 1), (3, 2), (11, 10), (12, 10), (41, 50), (1000, 500), (Int.max, Int.max)])
    func `steps of a count axis are round`(maximum: Int, step: Int) {
        #expect(CountAxis.step(upTo: maximum, tics: 2) == step)
    }

    @Test func `numbers have typographic signs and separators`() {
        #expect(NumberText.fixed(-0.0004) == "0.000" && NumberText.fixed(-1.5, 1) == "−1.5")
        #expect(NumberText.fixed(nil) == "–" && NumberText.fixed(.nan) == "–" && NumberText.spoken(nil) == "undefined")
        #expect(NumberText.signed(0.01, 2) == "+0.01" && NumberText.signed(0) == "0.000")
        #expect(NumberText.count(0) == "0" && NumberText.count(-1234) == "−1\u{2009}234")
        #expect(NumberText.count(1_234_567) == "1\u{2009}234\u{2009}567" && NumberText.count(999) == "999")
    }
}
