import Testing

@testable import Signals

@Suite struct MovingWindowTests {
    @Test(arguments: [0, 1, 5, 8, 30, 67])
    func `the mean is that of each window cut off at the ends`(count: Int) {
        let signal = (0 ..< count).map { Float(($0 * 37) % 11) - 5 }
        for width in [1, 3, 13] {
            let found = MovingWindow.mean(signal, width: width)
            #expect(found.count == count)
            for index in signal.indices {
                let window = signal[max(0, index - width / 2) ... min(count - 1, index + width / 2)]
                #expect(abs(found[index] - window.reduce(0, +) / Float(window.count)) < 1e-5)
            }
        }
    }

    @Test func `the mean of a window does not depend on what was before it`() {
        let signal: [Float] = [1e9] + (0 ..< 40).map { Float($0 % 7) }
        let rest = Array(signal.dropFirst())
        #expect(MovingWindow.mean(signal, width: 5)[20] == MovingWindow.mean(rest, width: 5)[19])
    }

    @Test func `the median leaves NaN out and takes the middle of two`() {
        #expect(MovingWindow.median(of: [3, .nan, 1, 2] as [Float]) == 2)
        #expect(MovingWindow.median(of: [4, 1] as [Float]) == 2.5)
        #expect(MovingWindow.median(of: [Float]()).isNaN)
        #expect(MovingWindow.median([5, 1, 9, .nan, 2] as [Double], width: 3) == [3, 5, 5, 5.5, 2])
    }
}
