/// A wave on the 500 Hz grid of `BeatGrid`.
struct GridWave: Sendable, Equatable {
    var onset: Int
    var peak: Int
    var end: Int

    /// The wave so many points later.
    func moved(by lag: Int) -> GridWave { GridWave(onset: onset + lag, peak: peak + lag, end: end + lag) }

    /// The times after the fiducial point.
    ///
    /// - Parameter fiducial: seconds of the fiducial point on the clock of the result.
    func times(fiducial: Double) -> WaveTimes {
        let seconds = { (point: Int) in fiducial + Double(point - BeatGrid.before) / BeatGrid.rate }
        return WaveTimes(onset: seconds(onset), peak: seconds(peak), end: seconds(end))
    }

    /// The weighted median of each boundary over several leads.
    ///
    /// - Parameter waves: of each lead, with weights that are not negative.
    static func median(of waves: [(wave: GridWave, weight: Float)]) -> GridWave? {
        let waves = waves.filter { $0.weight > 0 }
        guard !waves.isEmpty else { return nil }
        let half = waves.reduce(0) { $0 + $1.weight } / 2
        func middle(_ boundary: KeyPath<GridWave, Int>) -> Int {
            let sorted = waves.sorted { $0.wave[keyPath: boundary] < $1.wave[keyPath: boundary] }
            var sum: Float = 0
            for (wave, weight) in sorted {
                sum += weight
                if sum >= half { return wave[keyPath: boundary] }
            }
            return sorted[sorted.count - 1].wave[keyPath: boundary]
        }
        let peak = middle(\.peak)
        return GridWave(onset: min(peak, middle(\.onset)), peak: peak, end: max(peak, middle(\.end)))
    }
}
