import Foundation
import Signals

extension TwelveLeadMeasurement {
    private static func milliseconds(_ points: Int) -> Double { Double(points) * 1000 / UsualBeat.rate }

    /// Intervals of the usual beat.
    static let intervals: [TwelveLeadMeasurement] = [
        .init("prInterval", "P onset to QRS onset", "ms") { beat in
            beat.usual.p.map { milliseconds(beat.usual.qrs.onset - $0.onset) } ?? .nan
        },
        .init("pDuration", "P onset to P end", "ms") { beat in
            beat.usual.p.map { milliseconds($0.end - $0.onset) } ?? .nan
        },
        .init("qrsDuration", "QRS onset to QRS end", "ms") { milliseconds($0.usual.qrs.end - $0.usual.qrs.onset) },
        .init("qtInterval", "QRS onset to T end", "ms") { beat in
            beat.usual.t.map { milliseconds($0.end - beat.usual.qrs.onset) } ?? .nan
        },
        // Fridericia, Acta Medica Scandinavica 53 (1920) 469.
        .init("qtcFridericia", "QT / ∛RR", "ms") { beat in
            beat.usual.t.map {
                milliseconds($0.end - beat.usual.qrs.onset) / cbrt(beat.rhythm.medianInterval)
            } ?? .nan
        },
        .init("jtPeak", "QRS end to T peak", "ms") { beat in
            beat.usual.t.map { milliseconds($0.peak - beat.usual.qrs.end) } ?? .nan
        },
    ]

    /// Directions of the waves.
    static let axes: [TwelveLeadMeasurement] =
        [("qrs", "QRS", \LeadShape.area), ("t", "T", \.tMean), ("p", "P", \.pMean)]
        .flatMap { (name: String, wave: String, property: KeyPath<LeadShape, Double> & Sendable) in
            [
                .init("\(name)AxisSine", "sine of the \(wave) axis", leads: ["I", "aVF"]) { sin($0.axis(property)) },
                .init("\(name)AxisCosine", "cosine of the \(wave) axis", leads: ["I", "aVF"]) {
                    cos($0.axis(property))
                },
            ]
        } + [
            .init("qrsTAngle", "angle between the QRS and the T axis", "radians", leads: ["I", "aVF"]) { beat in
                let difference = beat.axis(\.area) - beat.axis(\.tMean)
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
