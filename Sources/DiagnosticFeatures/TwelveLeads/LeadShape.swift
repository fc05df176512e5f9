import Signals

/// The usual beat in one lead, in mV against the level just before the QRS complex.
///
/// A value is NaN where its part of the beat was not recorded.
struct LeadShape {
    /// mV: the highest deflection of the QRS complex, at least 0.
    let r: Double
    /// mV: the depth of the deepest deflection after the R peak, at least 0.
    let s: Double
    /// mV: the depth of the deepest deflection of the QRS complex, at least 0.
    let depth: Double
    /// mV: the depth of the deepest deflection before the R peak, at least 0.
    let q: Double
    /// ms before the R peak for which the trace is below −0.03 mV.
    let qDuration: Double
    /// ms from the QRS onset to the R peak.
    let rTime: Double
    /// mV·s: the area of the QRS complex.
    let area: Double
    /// mV: the mean from 10 to 40 ms after the QRS onset.
    let start: Double
    /// mV: the mean from 50 to 10 ms before the QRS end.
    let end: Double
    /// Changes of direction within the QRS complex.
    let turns: Double
    /// mV, 20, 60 and 80 ms after the QRS complex.
    let st20: Double
    let st60: Double
    let st80: Double
    /// mV: the largest deflection of the T window, signed, and the mean of the window.
    let t: Double
    let tMean: Double
    /// mV: the highest point of the P wave.
    let p: Double
    /// mV: the mean of the P window.
    let pMean: Double
    /// mV·ms: the area of the P wave below 0.
    let pNegativeArea: Double

    /// Q / (R + Q + 0.05 mV).
    var qShare: Double { q / (r + q + 0.05) }

    /// Points that a direction spans, 6 ms: a faster change is noise.
    private static let span = 3

    /// Returns nil where the lead has no signal in the QRS complex or just before it.
    ///
    /// - Parameters:
    ///   - trace: a trace of `UsualBeat`.
    ///   - parts: the parts of the usual beat.
    ///   - amplitudes: what `analyze` reports of the lead; nil for a lead that follows from others. Its amplitudes are
    ///     those of the trace.
    init?(_ trace: [Float], parts: BeatParts, amplitudes: LeadAmplitudes?) {
        let qrs = parts.qrs
        let before = trace[qrs.lowerBound - 8 ..< qrs.lowerBound - 1]
        guard before.allSatisfy(\.isFinite), trace[qrs].allSatisfy(\.isFinite) else { return nil }
        let level = Double(MovingWindow.median(of: before))
        let value = { (point: Int) in Double(trace[min(max(point, 0), trace.count - 1)]) - level }
        let complex = qrs.map(value)
        let milliseconds = 1000 / UsualBeat.rate
        let top = complex.indices.max { complex[$0] < complex[$1] }!
        let beforeTop = complex[..<max(1, top)]
        r = amplitudes?.r.value ?? max(0, complex[top])
        s = amplitudes?.s.value.map { -$0 } ?? max(0, -complex[top...].min()!)
        depth = amplitudes?.depth.value.map { -$0 } ?? max(0, -complex.min()!)
        q = amplitudes?.q.value.map { -$0 } ?? max(0, -beforeTop.min()!)
        qDuration = amplitudes?.qDuration.value ?? Double(beforeTop.count { $0 < -0.03 }) * milliseconds
        rTime = Double(top) * milliseconds
        area = complex.reduce(0, +) / UsualBeat.rate
        start = Self.mean(complex.dropFirst(5).prefix(15))
        end = Self.mean(complex.dropLast(5).suffix(20))
        turns = Self.turns(complex, height: r + depth)
        // Mean over 10 ms: a single point carries the noise of the lead.
        let after = { (point: Int) in Self.mean((qrs.upperBound + point - 2 ... qrs.upperBound + point + 2).map(value))
        }
        st20 = after(10)
        st60 = amplitudes?.stJ60.value ?? after(30)
        st80 = amplitudes?.stJ80.value ?? after(40)
        let wave = parts.t.map(value).filter(\.isFinite)
        if 2 * wave.count > parts.t.count, let high = wave.max(), let low = wave.min() {
            t = amplitudes.map { $0.t.value ?? .nan } ?? (abs(high) > abs(low) ? high : low)
            tMean = Self.mean(wave)
        } else {
            (t, tMean) = (.nan, .nan)
        }
        let atrial = parts.p.map(value)
        if atrial.allSatisfy(\.isFinite), let high = atrial.max() {
            p = high
            pNegativeArea = atrial.reduce(0) { $0 + min($1, 0) } * milliseconds
        } else {
            (p, pNegativeArea) = (.nan, .nan)
        }
        pMean = Self.mean(parts.pWindow.map(value).filter(\.isFinite))
    }

    static func mean(_ values: some Collection<Double>) -> Double {
        values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }

    private static func turns(_ complex: [Double], height: Double) -> Double {
        let least = 0.01 * height + 0.002
        var (count, last) = (0, 0.0)
        for point in stride(from: 0, to: complex.count - 1, by: span) {
            let step = complex[point + 1] - complex[point]
            guard abs(step) > least else { continue }
            if step * last < 0 { count += 1 }
            last = step
        }
        return Double(count)
    }
}

/// The parts of the usual beat that measurements are made of, in points of `UsualBeat`.
struct BeatParts {
    let qrs: ClosedRange<Int>
    /// From 60 ms after the QRS complex to the T wave's last possible point.
    let t: Range<Int>
    /// The P wave with 30 ms to either side; without one, 240…20 ms before the QRS complex.
    let p: Range<Int>
    /// 240…20 ms before the QRS complex.
    let pWindow: Range<Int>

    /// - Parameter interval: the median RR interval in seconds.
    init(_ beat: UsualBeat, interval: Double) {
        let onset = max(beat.qrs.onset, 8)
        let end = min(max(beat.qrs.end, onset + 15), UsualBeat.count - 60)
        qrs = onset ... end
        let last = min(UsualBeat.count - 10, onset + Int(min(0.68 * interval, 0.56) * UsualBeat.rate))
        let first = min(end + 30, last - 20)
        t = first ..< max(last, first + 1)
        pWindow = max(0, onset - 120) ..< onset - 10
        p = beat.p.map { max(0, $0.onset - 15) ..< max($0.onset, min($0.end + 15, onset - 5)) } ?? pWindow
    }
}
