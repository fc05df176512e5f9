import Foundation

extension TwelveLeadMeasurement {
    static let inferior = ["II", "III", "aVF"]
    static let lateral = ["I", "aVL", "V5", "V6"]
    static let anterior = ["V1", "V2", "V3", "V4"]

    private static func larger(_ a: Double, _ b: Double) -> Double { a.isFinite ? (b.isFinite ? max(a, b) : a) : b }

    private static func r(_ lead: String) -> TwelveLeadMeasurement {
        .init("r\(lead)", "R in \(lead)", "mV", leads: [lead]) { $0.value(\.r, lead) }
    }

    private static func s(_ lead: String) -> TwelveLeadMeasurement {
        .init("s\(lead)", "S in \(lead)", "mV", leads: [lead]) { $0.value(\.s, lead) }
    }

    private static func depth(_ lead: String) -> TwelveLeadMeasurement {
        .init("depth\(lead)", "depth of the QRS complex in \(lead)", "mV", leads: [lead]) { $0.value(\.depth, lead) }
    }

    private static func share(_ lead: String) -> TwelveLeadMeasurement {
        .init("rShare\(lead)", "R / (R + depth + 0.05 mV) in \(lead)", leads: [lead]) { beat in
            let (r, depth) = (beat.value(\.r, lead), beat.value(\.depth, lead))
            return r / (r + depth + 0.05)
        }
    }

    private static func cornell(_ beat: TwelveLeadBeat) -> Double {
        beat.value(\.r, "aVL") + beat.value(\.depth, "V3")
    }

    /// Voltages of the QRS complex.
    static let voltages: [TwelveLeadMeasurement] = [
        // Sokolow & Lyon, American Heart Journal 37 (1949) 161.
        .init("sokolowLyon", "S in V1 + the larger R of V5 and V6 (Sokolow–Lyon)", "mV", leads: ["V1", "V5", "V6"]) {
            $0.value(\.depth, "V1") + larger($0.value(\.r, "V5"), $0.value(\.r, "V6"))
        },
        // Casale et al., Circulation 75 (1987) 565.
        .init("cornell", "R in aVL + S in V3 (Cornell)", "mV", leads: ["aVL", "V3"]) { cornell($0) },
        // Molloy et al., Journal of the American College of Cardiology 20 (1992) 1180.
        .init("cornellProduct", "(R in aVL + S in V3) × QRS duration", "mV·ms", leads: ["aVL", "V3"]) { beat in
            cornell(beat) * beat.value(\.qrsDuration)
        },
        r("aVL"),
        // Lewis, Heart 5 (1914) 367.
        .init("lewis", "R in I + S in III − R in III − S in I (Lewis)", "mV", leads: ["I", "III"]) {
            $0.value(\.r, "I") + $0.value(\.s, "III") - $0.value(\.r, "III") - $0.value(\.s, "I")
        },
        // Peguero et al., Journal of the American College of Cardiology 69 (2017) 1694.
        .init("peguero", "deepest S of any lead + S in V4 (Peguero–Lo Presti)", "mV", leads: ["V4"]) {
            $0.largest(\.depth, TwelveLeadBeat.names) + $0.value(\.depth, "V4")
        },
        .init("limbVoltage", "mean of R + depth over the limb leads", "mV") { beat in
            beat.mean(\.r, Array(TwelveLeadBeat.names.prefix(6)))
                + beat.mean(\.depth, Array(TwelveLeadBeat.names.prefix(6)))
        },
        .init("chestVoltage", "largest R + depth of a chest lead", "mV") { beat in
            let sums = TwelveLeadBeat.chest.map { beat.value(\.r, $0) + beat.value(\.depth, $0) }.filter(\.isFinite)
            return sums.count < 3 ? .nan : sums.max()!
        },
        r("V1"), share("V1"), s("V6"),
        .init("rightSum", "R in V1 + the larger S of V5 and V6", "mV", leads: ["V1", "V5", "V6"]) {
            $0.value(\.r, "V1") + larger($0.value(\.s, "V5"), $0.value(\.s, "V6"))
        },
        r("V5"), depth("V2"), r("III"), r("aVF"),
    ]

    /// R waves from V1 to V6.
    static let progression: [TwelveLeadMeasurement] =
        ["V2", "V3", "V4"].flatMap { [r($0), share($0)] } + [
            .init("transition", "first chest lead whose R exceeds the depth, from 0 for V1; 6 without one") { beat in
                for (index, lead) in TwelveLeadBeat.chest.enumerated() {
                    guard let shape = beat.shape(lead) else { return .nan }
                    if shape.r > shape.depth { return Double(index) }
                }
                return 6
            }
        ]

    /// Q waves of each wall. The second largest of the wall counts: a scar is seen in neighboring leads.
    static let qWaves: [TwelveLeadMeasurement] =
        [("Inferior", inferior), ("Lateral", lateral), ("Anterior", anterior)]
        .flatMap { (wall: String, leads: [String]) in
            [
                .init(
                    "qDuration\(wall)", "second longest Q of \(leads.joined(separator: ", "))", "ms", leads: leads
                ) { $0.secondLargest(\.qDuration, leads) },
                .init(
                    "qDepth\(wall)", "second largest Q / (R + Q + 0.05 mV) of \(leads.joined(separator: ", "))",
                    leads: leads
                ) { $0.secondLargest(\.qShare, leads) },
            ]
        } + [
            .init("leastInferiorR", "smaller R of II and aVF", "mV", leads: ["II", "aVF"]) {
                min($0.value(\.r, "II"), $0.value(\.r, "aVF"))
            }
        ]

    /// The course of the QRS complex.
    static let shape: [TwelveLeadMeasurement] =
        ["V1", "I", "V6"].map { lead in
            .init("end\(lead)", "mean from 50 to 10 ms before QRS end in \(lead)", "mV", leads: [lead]) {
                $0.value(\.end, lead)
            }
        }
        + ["V6", "V1", "V2"].map { lead in
            .init("start\(lead)", "mean from 10 to 40 ms after QRS onset in \(lead)", "mV", leads: [lead]) {
                $0.value(\.start, lead)
            }
        }
        + ["V6", "aVL", "V1"].map { lead in
            .init("rTime\(lead)", "QRS onset to R peak in \(lead)", "ms", leads: [lead]) { $0.value(\.rTime, lead) }
        }
        + ["V1", "V6", "I"].map { lead in
            .init("qrsArea\(lead)", "area of the QRS complex in \(lead)", "mV·s", leads: [lead]) {
                $0.value(\.area, lead)
            }
        } + [
            .init("turns", "changes of direction within the QRS complex, mean over the leads") {
                $0.mean(\.turns, TwelveLeadBeat.names)
            }
        ]
}
