import Files
import LinearAlgebra
import Signals

/// Small synthetic records with annotated beats.
package enum SampleBeats {
    /// Writes records of one minute with normal, supraventricular and ventricular beats and their annotations.
    ///
    /// Supraventricular beats come early with the usual shape, ventricular ones are early, wide and inverted.
    ///
    /// - Returns: the folder.
    @discardableResult
    package static func write(_ names: [String], to folder: String) throws -> String {
        try AtomicFile.makeFolder(folder)
        for (number, name) in names.enumerated() {
            var generator = SeededGenerator(seed: UInt64(number + 1), purpose: "sample beats")
            var made = GaussianRecording(samplingRate: 125, duration: 60, beats: [])
            made.names = ["MLII", "V1"]
            made.scales = [1, -0.6]
            made.noise = 0.01
            made.seed = UInt64(number + 1)
            var symbols: [String] = []
            var time = 0.5
            let usual = 0.7 + 0.02 * Double(number)
            while time < 59 {
                let isFree = symbols.last == "N" && symbols.count > 4
                let kind = isFree ? generator.next() % 6 : 5
                if kind == 0 { made.ventricular.insert(symbols.count) }
                symbols.append(kind == 0 ? "V" : kind == 1 ? "A" : "N")
                // An early beat has a pause after it.
                if kind < 2 { time -= 0.25 }
                made.beats.append(time)
                time += kind < 2 ? usual + 0.2 : usual + 0.01 * (generator.uniform() - 0.5)
            }
            try WFDBRecordWriter().write(made.recording(), to: "\(folder)/\(name)")
            let marks = zip(made.expected, symbols).map { sample, symbol in
                WFDBAnnotation(sample: sample, code: WFDBAnnotation.code(of: symbol)!)
            }
            try WFDBAnnotations(marks, timeResolution: 125).write(to: "\(folder)/\(name).atr")
        }
        return folder
    }
}
