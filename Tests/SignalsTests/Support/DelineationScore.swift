import Foundation
import Signals

/// Automatic minus manual boundaries over beats, and P waves found and invented.
struct DelineationScore {
    /// ms.
    private(set) var errors: [String: [Double]] = [:]
    private(set) var found = 0
    private(set) var missed = 0
    private(set) var invented = 0
    /// ms, one per record: median over the beats, automatic minus manual.
    private(set) var intervals: [String: [Double]] = [:]

    var sensitivity: Double { 100 * Double(found) / Double(max(1, found + missed)) }
    var predictivity: Double { 100 * Double(found) / Double(max(1, found + invented)) }

    func mean(_ name: String) -> Double {
        let values = errors[name] ?? intervals[name] ?? []
        return values.reduce(0, +) / Double(max(1, values.count))
    }

    func deviation(_ name: String) -> Double {
        let (values, mean) = (errors[name] ?? [], mean(name))
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1))).squareRoot()
    }

    /// Adds a record. The first and the last annotated beat, which often lack waves, do not count.
    ///
    /// - Parameter manual: the leads that were delineated; a boundary's truth is the median of the leads that have it,
    ///   if half of them do.
    mutating func add(_ waves: [BeatWaves], manual: [ManualWaves], beats: Beats) {
        var pairs: [String: [(Double, Double)]] = [:]
        for (beat, wave) in zip(beats.beats, waves).dropFirst().dropLast() {
            let r = Double(beat.sample) / 500
            func truth(
                _ kind: KeyPath<ManualWaves, [ManualWaves.Wave]>, near time: Double, within reach: Double,
                _ boundary: KeyPath<ManualWaves.Wave, Double?>
            ) -> Double? {
                let values = manual.compactMap { lead in
                    lead[keyPath: kind].filter { abs($0.peak - time) < reach }
                        .min { abs($0.peak - time) < abs($1.peak - time) }?[keyPath: boundary]
                }.sorted()
                guard 2 * values.count >= manual.count, !values.isEmpty else { return nil }
                return (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
            }
            let onset = truth(\.qrs, near: r, within: 0.1, \.onset)
            let end = truth(\.qrs, near: r, within: 0.1, \.end)
            let tEnd = truth(\.t, near: r + 0.3, within: 0.26, \.end)
            let p = truth(\.p, near: r - 0.24, within: 0.238, \.somePeak)
            let pOnset = truth(\.p, near: r - 0.24, within: 0.238, \.onset)
            for (name, automatic, manual) in [
                ("QRS onset", wave.qrs?.onset, onset), ("QRS end", wave.qrs?.end, end), ("T end", wave.t?.end, tEnd),
            ] {
                if let automatic, let manual { errors[name, default: []].append(1000 * (automatic - manual)) }
            }
            let isHit = p.map { p in wave.p.map { abs($0.peak - p) <= 0.15 } ?? false } ?? false
            if isHit { found += 1 } else if p != nil { missed += 1 }
            if wave.p != nil, !isHit { invented += 1 }
            if isHit, let pOnset, let onset, let automatic = wave.p, let qrs = wave.qrs {
                errors["P onset", default: []].append(1000 * (automatic.onset - pOnset))
                pairs["PR", default: []].append((qrs.onset - automatic.onset, onset - pOnset))
            }
            if let qrs = wave.qrs, let onset, let end {
                pairs["QRS", default: []].append((qrs.duration, end - onset))
            }
            if let qrs = wave.qrs, let t = wave.t, let onset, let tEnd {
                pairs["QT", default: []].append((t.end - qrs.onset, tEnd - onset))
            }
        }
        for (name, values) in pairs {
            let middle = { (values: [Double]) in values.sorted()[values.count / 2] }
            intervals[name, default: []].append(1000 * (middle(values.map(\.0)) - middle(values.map(\.1))))
        }
    }
}

extension ManualWaves.Wave {
    fileprivate var somePeak: Double? { peak }
}
