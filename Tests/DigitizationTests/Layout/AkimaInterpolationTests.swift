import Testing

@testable import Digitization

struct AkimaInterpolationTests {
    @Test func `a straight line stays straight and points are met`() {
        let line = AkimaInterpolation(x: [0, 1, 3, 4], y: [1, 3, 7, 9])
        #expect(line.values(start: 0, spacing: 0.5, count: 9) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    }

    @Test func `the value between points of a step is that of the published method`() {
        // y of Akima's method at 2.5 for 0 0 0 1 1 1, by hand: both slopes are 0, so the middle of the cubic is 0.5.
        let step = AkimaInterpolation(x: [0, 1, 2, 3, 4, 5], y: [0, 0, 0, 1, 1, 1])
        #expect(step.values(start: 2.25, spacing: 0.25, count: 3) == [0.15625, 0.5, 0.84375])
        #expect(step.values(start: 0, spacing: 0.5, count: 4) == [0, 0, 0, 0])
    }

    @Test func `places outside of the points have no value`() {
        let values = AkimaInterpolation(x: [1, 2], y: [5, 6]).values(start: 0, spacing: 1, count: 4)
        #expect(values[0].isNaN && values[1] == 5 && values[2] == 6 && values[3].isNaN)
        #expect(AkimaInterpolation(x: [1], y: [5]).values(start: 1, spacing: 1, count: 1) == [5])
    }
}
