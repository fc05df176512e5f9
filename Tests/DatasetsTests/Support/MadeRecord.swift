import Foundation
import TestSupport

/// A WFDB record of one or two leads at 250 Hz with a spike at every beat, annotated by the given symbol.
struct MadeRecord {
    var name: String
    /// Symbols of beats 0.8 s apart.
    var symbols: [Character]
    var leads = ["MLII", "V1"]

    static let interval = 200
    /// MIT codes of these symbols.
    private static let codes: [Character: UInt16] = [
        "N": 1, "L": 2, "V": 5, "F": 6, "A": 8, "/": 12, "Q": 13, "+": 28,
    ]

    /// Writes header, signals and annotations into a folder.
    func write(to folder: Scratch, below path: String = "records", annotated: Bool = true) throws {
        let count = Self.interval * (symbols.count + 2)
        var samples: [Int16] = []
        for index in 0 ..< count {
            for lead in leads.indices {
                // A decaying spike, deeper in each lead and beat, so that all pictures differ.
                let (beat, phase) = (index / Self.interval, index % Self.interval)
                let height = 1000 + 40 * beat + 300 * lead + name.utf8.reduce(0) { $0 + Int($1) }
                samples.append(Int16(phase < 20 ? height * (20 - phase) / 20 : 10 * (beat + lead) + phase % 7))
            }
        }
        let header =
            "\(name) \(leads.count) 250 \(count)\n"
            + leads.map { "\(name).dat 16 1000(0)/mV 16 0\(checksum(samples, $0)) 0 \($0)\n" }.joined()
        try folder.write("\(path)/\(name).hea", header)
        try folder.write("\(path)/\(name).dat", samples.withUnsafeBytes { Data($0) })
        guard annotated else { return }
        var words: [UInt16] = []
        for (index, symbol) in symbols.enumerated() {
            words.append((Self.codes[symbol] ?? 1) << 10 | UInt16(index == 0 ? 0 : Self.interval))
        }
        try folder.write("\(path)/\(name).atr", (words + [0]).withUnsafeBytes { Data($0) })
    }

    /// Returns the first value and the 16-bit sum, as in a header.
    private func checksum(_ samples: [Int16], _ lead: String) -> String {
        let place = leads.firstIndex(of: lead) ?? 0
        let sum = stride(from: place, to: samples.count, by: leads.count).reduce(Int16(0)) { $0 &+ samples[$1] }
        return " \(samples[place]) \(sum)"
    }
}
