import Testing

@testable import Signals

@Suite struct BeatGridWaveTests {
    private func wave(_ onset: Int, _ peak: Int, _ end: Int) -> GridWave {
        GridWave(onset: onset, peak: peak, end: end)
    }

    @Test func `the median of leads is taken for each boundary`() {
        let waves = [(wave(1, 20, 30), Float(1)), (wave(3, 22, 50), 1), (wave(2, 21, 40), 1)]
        #expect(GridWave.median(of: waves.map { (wave: $0.0, weight: $0.1) }) == wave(2, 21, 40))
    }

    @Test func `a heavy lead wins, a lead without weight has no vote`() {
        let waves = [(wave(1, 20, 30), Float(5)), (wave(3, 22, 50), 1), (wave(2, 21, 40), 1), (wave(9, 9, 9), 0)]
        #expect(GridWave.median(of: waves.map { (wave: $0.0, weight: $0.1) }) == wave(1, 20, 30))
        #expect(GridWave.median(of: [(wave: wave(9, 9, 9), weight: 0)]) == nil)
    }

    @Test func `a point of the grid is 2 ms`() {
        let times = wave(BeatGrid.before - 50, BeatGrid.before, BeatGrid.before + 25).moved(by: 5).times(fiducial: 2)
        #expect(abs(times.onset - 1.91) < 1e-12)
        #expect(abs(times.peak - 2.01) < 1e-12)
        #expect(abs(times.end - 2.06) < 1e-12)
    }
}
