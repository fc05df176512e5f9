import Foundation
import Testing

@testable import Classifiers

@Suite struct LimitedMemoryBFGSTests {
    private func minimise(
        _ start: [Double], bound: Double = 1e-10, _ function: ([Double]) -> (Double, [Double])
    ) -> LimitedMemoryBFGS {
        var search = LimitedMemoryBFGS(start: start, gradientBound: bound, rounding: 1e-15)
        var evaluations = 0
        while search.state == .running, evaluations < 2000 {
            let (value, gradient) = function(search.trial)
            search.advance(value: value, gradient: gradient)
            evaluations += 1
        }
        return search
    }

    @Test func `an ill-conditioned quadratic is minimized`() {
        let scales = (0 ..< 20).map { pow(10, Double($0) / 5) }
        let search = minimise([Double](repeating: 3, count: 20)) { point in
            let value = zip(point, scales).reduce(0) { $0 + $1.1 * ($1.0 - 1) * ($1.0 - 1) / 2 }
            return (value, zip(point, scales).map { $1 * ($0 - 1) })
        }
        #expect(search.state == .converged)
        #expect(search.point.allSatisfy { abs($0 - 1) < 1e-9 })
        #expect(search.gradientSize <= 1e-10)
    }

    @Test func `a start at the minimum ends immediately`() {
        let search = minimise([0, 0]) { ($0.reduce(0) { $0 + $1 * $1 }, $0.map { 2 * $0 }) }
        #expect(search.state == .converged)
        #expect(search.iterations == 0)
    }

    @Test func `the line search handles steep functions`() {
        let search = minimise([30], bound: 1e-9) { point in
            let (x, up, down) = (point[0], exp(point[0]), exp(-point[0]))
            return (up + down + x, [up - down + 1])  // sinh(x) = −½
        }
        #expect(search.state == .converged)
        #expect(abs(search.point[0] + asinh(0.5)) < 1e-9)
    }

    @Test func `a gradient with the wrong sign stalls and keeps the start`() {
        let search = minimise([1]) { ([$0[0] * $0[0]][0], [-2 * $0[0] - 1]) }
        #expect(search.state == .stalled)
        #expect(search.point == [1])
    }
}
