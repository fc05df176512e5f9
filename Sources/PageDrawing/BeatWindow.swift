import Signals

extension BeatWindow {
    /// The picture of the public set: the same place for every beat, its range over the whole height.
    public func trace(in frame: Frame) -> Trace {
        let lowest = samples.min() ?? 0
        let filled = samples + Array(repeating: lowest, count: Self.length - samples.count)
        return Trace(
            samples: filled.map(Double.init), samplingRate: Self.samplingRate,
            window: 0 ... Double(Self.length - 1) / Self.samplingRate, frame: frame)
    }
}
