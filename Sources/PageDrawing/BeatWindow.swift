import Signals

extension BeatWindow {
    /// Returns the trace of a beat as in the public set: at the same place for every beat, stretched to the full
    /// height.
    public func trace(in frame: Frame) -> Trace {
        let lowest = samples.min() ?? 0
        let filled = samples + Array(repeating: lowest, count: Self.length - samples.count)
        return Trace(
            samples: filled.map(Double.init), samplingRate: Self.samplingRate,
            window: 0 ... Double(Self.length - 1) / Self.samplingRate, frame: frame)
    }
}
