import Foundation
import Signals
import TestSupport

/// The manual waves of one lead of an LUDB record, in seconds.
struct ManualWaves {
    struct Wave {
        var onset: Double?
        var peak: Double
        var end: Double?
    }

    private(set) var p: [Wave] = []
    private(set) var qrs: [Wave] = []
    private(set) var t: [Wave] = []

    static let leads = ["i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"]

    static func records() throws -> [Int] {
        let files = try FileManager.default.contentsOfDirectory(atPath: SharedMaterial.path("data/ludb/data"))
        return files.filter { $0.hasSuffix(".hea") }.compactMap { Int($0.dropLast(4)) }.sorted()
    }

    static func recording(_ record: Int) throws -> Recording {
        try WFDBRecord(SharedMaterial.path("data/ludb/data/\(record)")).recording
    }

    init(record: Int, lead: String) throws {
        let path = SharedMaterial.path("data/ludb/data/\(record).\(lead)")
        let marks = try WFDBAnnotations.read(path, samplingRate: 500)
        let time = { (mark: WFDBAnnotation) in Double(mark.sample) / 500 }
        for (place, mark) in marks.enumerated() where ["p", "N", "t"].contains(mark.symbol) {
            let before = place > 0 && marks[place - 1].symbol == "(" ? time(marks[place - 1]) : nil
            let after = place + 1 < marks.count && marks[place + 1].symbol == ")" ? time(marks[place + 1]) : nil
            let wave = Wave(onset: before, peak: time(mark), end: after)
            switch mark.symbol {
            case "p": p.append(wave)
            case "N": qrs.append(wave)
            default: t.append(wave)
            }
        }
    }

    /// The annotated beats, all normal; those that look different from the first cluster's median form a second one.
    static func beats(_ waves: ManualWaves, in recording: Recording) -> Beats {
        let samples = waves.qrs.map { Int(($0.peak * 500).rounded()) }
        let windows = samples.map { sample in
            recording.leads.flatMap { lead -> [Float] in
                let window = (sample - 50 ..< sample + 60).map {
                    lead.samples.indices.contains($0) ? lead.samples[$0] : 0
                }
                let mean = window.reduce(0, +) / Float(window.count)
                return window.map { $0 - mean }
            }
        }
        func correlation(_ a: [Float], _ b: [Float]) -> Float {
            let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
            return product / (a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 } + 1e-12).squareRoot()
        }
        var groups: [[Int]] = []
        for beat in samples.indices {
            let likeness = groups.map { correlation(windows[$0[0]], windows[beat]) }
            if let best = likeness.indices.max(by: { likeness[$0] < likeness[$1] }), likeness[best] > 0.85 {
                groups[best].append(beat)
            } else {
                groups.append([beat])
            }
        }
        groups.sort { $0.count > $1.count }
        let numbers = Dictionary(uniqueKeysWithValues: groups.enumerated().flatMap { n, g in g.map { ($0, n) } })
        return MadeRecording.beats(
            samples.enumerated().map { Beat(sample: $1, cluster: numbers[$0]!, beatClass: .normal) },
            samplingRate: 500)
    }
}
