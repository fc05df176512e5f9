import Foundation
import Signals

extension TwelveLeadMeasurement {
    private static func milliseconds(_ points: Int) -> Double { Double(points) * 1000 / UsualBeat.rate }

    /// Intervals, as `analyze` reports them.
    static let intervals: [TwelveLeadMeasurement] = [
        .init("prInterval", "P onset to QRS onset, median over the usual beats", "ms") { $0.value(\.prInterval) },
        .init("pDuration", "P onset to P end", "ms") { $0.value(\.pDuration) },
        .init("qrsDuration", "QRS onset to QRS end", "ms") { $0.value(\.qrsDuration) },
        .init("qtInterval", "QRS onset to T end", "ms") { $0.value(\.qtInterval) },
        // Fridericia, Acta Medica Scandinavica 53 (1920) 469.
        .init("qtcFridericia", "QT / ∛RR, mean RR", "ms") { $0.value(\.qtcFridericia) },
        .init("jtPeak", "QRS end to T peak", "ms") { beat in
            beat.usual.t.map { milliseconds($0.peak - beat.usual.qrs.end) } ?? .nan
        },
    ]

    private static let waveAxes: [(String, String, KeyPath<Measurements, MeasuredValue> & Sendable)] = [
        ("qrs", "QRS", \.qrsAxis), ("t", "T", \.tAxis), ("p", "P", \.pAxis),
    ]

    /// Directions of the waves. The axes are those that `analyze` reports.
    static let axes: [TwelveLeadMeasurement] =
        waveAxes.flatMap { name, wave, axis in
            [
                .init("\(name)AxisSine", "sine of the \(wave) axis", leads: ["I", "aVF"]) {
                    sin($0.value(axis) * .pi / 180)
                },
                .init("\(name)AxisCosine", "cosine of the \(wave) axis", leads: ["I", "aVF"]) {
                    cos($0.value(axis) * .pi / 180)
                },
            ]
        } + [
            .init("qrsTAngle", "angle between the QRS and the T axis", "radians", leads: ["I", "aVF"]) { beat in
                let difference = (beat.value(\.qrsAxis) - beat.value(\.tAxis)) * .pi / 180
                return abs(atan2(sin(difference), cos(difference)))
            },
            .init(
                "qrsTCosine", "cosine between QRS and T in space, of leads I, aVF and V2", leads: ["I", "aVF", "V2"]
            ) { beat in
                let leads = ["I", "aVF", "V2"]
                let (qrs, t) = (leads.map { beat.value(\.area, $0) }, leads.map { beat.value(\.tMean, $0) })
                let product = zip(qrs, t).reduce(0) { $0 + $1.0 * $1.1 }
                let norms = qrs.reduce(0) { $0 + $1 * $1 } * t.reduce(0) { $0 + $1 * $1 }
                return product / norms.squareRoot()
            },
        ]
}
