import Foundation

/// Reads the beats of a cluster again and takes their median.
enum MedianBeats {
    /// Seconds before and after the fiducial point.
    static let before = 0.4
    static let after = 0.6
    /// Beats in one median; they are spread evenly over the cluster.
    static let mostBeats = 64

    /// - Parameter fiducials: samples of the cluster's beats, ascending.
    static func median<Source: SampleSource>(
        of fiducials: [Int], in source: Source
    ) throws(Source.Failure) -> MedianBeat {
        let fiducial = Int((before * source.samplingRate).rounded())
        let length = fiducial + Int((after * source.samplingRate).rounded()) + 1
        let leadCount = source.leadNames.count
        let used = Swift.min(mostBeats, fiducials.count)
        var windows = [[[Float]]](repeating: [], count: leadCount)
        for number in 0 ..< used {
            let place = fiducials[number * fiducials.count / used]
            let start = place - fiducial
            let inside = Swift.max(0, start) ..< Swift.min(source.sampleCount, start + length)
            for (lead, samples) in try source.samples(in: inside).enumerated() {
                var window = [Float](repeating: .nan, count: length)
                for (index, sample) in samples.enumerated() where abs(sample) < 1e4 {
                    window[inside.lowerBound - start + index] = sample
                }
                guard window.contains(where: { !$0.isNaN }) else { continue }
                windows[lead].append(leveled(window, fiducial: fiducial, samplingRate: source.samplingRate))
            }
        }
        return MedianBeat(
            leads: windows.map { median(of: $0, length: length) }, fiducial: fiducial,
            beatCounts: windows.map { $0.count { !$0[fiducial].isNaN } })
    }

    /// Moves a beat so that its median from 90 to 60 ms before the fiducial point is 0; if the beat starts later, its
    /// own median.
    private static func leveled(_ window: [Float], fiducial: Int, samplingRate: Double) -> [Float] {
        let from = Swift.max(0, fiducial - Int((0.09 * samplingRate).rounded()))
        let to = Swift.max(from, fiducial - Int((0.06 * samplingRate).rounded()))
        var level = MovingWindow.median(of: window[from ... to])
        if level.isNaN { level = MovingWindow.median(of: window) }
        return window.map { $0 - level }
    }

    private static func median(of windows: [[Float]], length: Int) -> [Float] {
        (0 ..< length).map { index in MovingWindow.median(of: windows.lazy.map { $0[index] }) }
    }
}
