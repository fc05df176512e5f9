import Testing

@testable import Signals

@Suite struct WaveBoundariesTests {
    private func activity(_ pieces: [(Range<Int>, Float)], quiet: Float = 0.5) -> [Float] {
        var activity = [Float](repeating: quiet, count: BeatGrid.count)
        for (range, level) in pieces { for point in range { activity[point] = level } }
        return activity
    }

    @Test func `the complex is where the slope is large, shifted by what readers add`() {
        let complex = QRSBoundaries.complex(in: activity([(241 ..< 290, 40), (260 ..< 265, 80)]))
        // The points 241 and 289 are the outermost steep ones; onset 8 ms earlier, end 2 ms later.
        #expect(complex?.onset == 241 - 4)
        #expect(complex?.end == 289 + 1)
        #expect(complex?.peak == 260)
    }

    @Test func `a turning point of 10 ms does not end the complex, a pause of 40 ms does`() {
        let notched = QRSBoundaries.complex(in: activity([(240 ..< 250, 40), (255 ..< 270, 80)]))
        #expect(notched?.onset == 240 - 4)
        let apart = QRSBoundaries.complex(in: activity([(210 ..< 230, 40), (250 ..< 270, 80), (290 ..< 300, 40)]))
        #expect(apart?.onset == 250 - 4)
        #expect(apart?.end == 269 + 1)
    }

    @Test func `a slope as slow as a P wave does not belong to a large complex`() {
        let complex = QRSBoundaries.complex(in: activity([(200 ..< 240, 2.5), (240 ..< 280, 50)]))
        #expect(complex?.onset == 240 - 4)
    }

    @Test func `no slope, no complex`() {
        #expect(QRSBoundaries.complex(in: activity([], quiet: 0)) == nil)
    }
}
