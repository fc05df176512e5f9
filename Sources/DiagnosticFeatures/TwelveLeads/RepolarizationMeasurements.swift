import Foundation

extension TwelveLeadMeasurement {
    private static let withoutAVR = TwelveLeadBeat.names.filter { $0 != "aVR" }
    private static let tLeads = TwelveLeadBeat.names.filter { !["aVR", "III", "V1"].contains($0) }
    private static let flatLeads = ["I", "II", "V4", "V5", "V6"]

    /// ST segments, against the level before the QRS complex.
    static let stSegments: [TwelveLeadMeasurement] =
        ["I", "aVL", "V1", "V2", "V3", "V4", "V5", "V6"].map { lead in
            .init("st\(lead)", "ST 60 ms after QRS end in \(lead)", "mV", leads: [lead]) { $0.value(\.st60, lead) }
        } + [
            .init("stInferior", "mean ST 60 ms after QRS end in II, III and aVF", "mV", leads: inferior) {
                $0.mean(\.st60, inferior)
            },
            .init("stHighest", "highest ST 60 ms after QRS end but for aVR", "mV") { $0.largest(\.st60, withoutAVR) },
            .init("stLowest", "lowest ST 60 ms after QRS end but for aVR", "mV") { $0.smallest(\.st60, withoutAVR) },
        ]
        + ["V5", "V2"].map { lead in
            .init("stSlope\(lead)", "rise of ST from 20 to 80 ms after QRS end in \(lead)", "mV", leads: [lead]) {
                $0.value(\.st80, lead) - $0.value(\.st20, lead)
            }
        }

    /// T waves.
    static let tWaves: [TwelveLeadMeasurement] =
        ["I", "II", "III", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"].map { lead in
            .init("t\(lead)", "T in \(lead)", "mV", leads: [lead]) { $0.value(\.t, lead) }
        } + [
            .init("tNegativeLeads", "share of leads but for aVR, III and V1 whose T is below −0.05 mV") { beat in
                let values = beat.values(\.t, tLeads)
                return 2 * values.count < tLeads.count
                    ? .nan : Double(values.count { $0 < -0.05 }) / Double(values.count)
            },
            .init("tFlatness", "mean of |T| / (R + 0.2 mV) over I, II, V4, V5 and V6") { beat in
                let values = flatLeads.map { abs(beat.value(\.t, $0)) / (beat.value(\.r, $0) + 0.2) }
                    .filter(\.isFinite)
                return values.count < 3 ? .nan : LeadShape.mean(values)
            },
            .init("tMeanLateral", "mean of the T window in I, V5 and V6", "mV", leads: ["I", "V5", "V6"]) {
                $0.mean(\.tMean, ["I", "V5", "V6"])
            },
            .init("tRatioV5", "T / (R + 0.2 mV) in V5", leads: ["V5"]) { beat in
                beat.value(\.t, "V5") / (beat.value(\.r, "V5") + 0.2)
            },
        ]

    /// P waves.
    static let pWaves: [TwelveLeadMeasurement] = [
        .init("pII", "P in II", "mV", leads: ["II"]) { $0.value(\.p, "II") },
        // Morris et al., Circulation 29 (1964) 242.
        .init("pTerminalForceV1", "area of P below 0 in V1", "mV·ms", leads: ["V1"]) {
            $0.value(\.pNegativeArea, "V1")
        },
        .init("pV1", "highest P in V1", "mV", leads: ["V1"]) { $0.value(\.p, "V1") },
    ]
}
