import Foundation
import Signals

/// Pieces of leads at one sampling rate, from which a recording is made.
struct LeadParts {
    struct Part {
        let name: String
        /// The sample of the recording at which the piece starts.
        let start: Int
        /// mV.
        let samples: [Float]
        var range: Range<Int> { start ..< start + samples.count }
    }

    private(set) var parts: [Part] = []
    /// Ascending ranges of the pieces of each name.
    private var ranges: [String: [Range<Int>]] = [:]

    /// Hz: those that WFDB records can have.
    static let rates = 1e-3 ... 1e6
    /// Samples from the first to the last piece, beyond any recording.
    static let placeLimit = 1 << 40
    static let leadLimit = 256

    /// - Returns: false if the name has a piece at the same time, which stays.
    mutating func add(_ name: String, start: Int, samples: [Float]) -> Bool {
        let part = Part(name: name, start: start, samples: samples)
        let known = ranges[name] ?? []
        var (low, high) = (0, known.count)
        while low < high {
            let middle = (low + high) / 2
            if known[middle].lowerBound < start { low = middle + 1 } else { high = middle }
        }
        if low > 0, known[low - 1].upperBound > start { return false }
        if low < known.count, known[low].lowerBound < part.range.upperBound { return false }
        ranges[name, default: []].insert(part.range, at: low)
        parts.append(part)
        return true
    }

    /// Joins the pieces of each name; NaN where a lead has none.
    ///
    /// - Throws: `RecordingFormatError` if there is no sample, or if gaps are so long that a start must be wrong.
    func recording(samplingRate: Double, path: String, kind: RecordingKind) throws -> Recording {
        guard Self.rates.contains(samplingRate) else {
            throw RecordingFormatError.invalid(
                path: path, kind: kind, found: "a sampling rate of \(samplingRate) Hz", expected: "0.001 to 1000000 Hz")
        }
        let filled = parts.filter { !$0.samples.isEmpty }
        guard let first = filled.map(\.range.lowerBound).min(), let last = filled.map(\.range.upperBound).max() else {
            throw RecordingFormatError.invalid(path: path, kind: kind, found: "no samples", expected: "at least one")
        }
        var seen: Set<String> = []
        let names = filled.map(\.name).filter { seen.insert($0).inserted }
        guard names.count <= Self.leadLimit else {
            throw RecordingFormatError.unsupported(
                path: path, kind: kind, found: "\(names.count) leads", supported: "up to \(Self.leadLimit)")
        }
        let total = (last - first) * names.count
        guard total <= WFDBRecord.sampleLimit else {
            throw RecordingFormatError.tooLarge(
                path: path, kind: kind, samples: total, limit: WFDBRecord.sampleLimit)
        }
        let stored = filled.reduce(0) { $0 + $1.samples.count }
        guard total <= 64 * stored + 1_000_000 else {
            throw RecordingFormatError.invalid(
                path: path, kind: kind, found: "\(stored) samples with gaps over \(last - first) places",
                expected: "shorter gaps")
        }
        let groups = Dictionary(grouping: filled, by: \.name)
        let leads = names.map { name in
            let own = groups[name] ?? []
            if own.count == 1, own[0].range == first ..< last {
                return Recording.Lead(name: name, samples: own[0].samples)
            }
            var samples = [Float](repeating: .nan, count: last - first)
            for part in own {
                samples.replaceSubrange(
                    part.start - first ..< part.start - first + part.samples.count, with: part.samples)
            }
            return Recording.Lead(name: name, samples: samples)
        }
        return Recording(samplingRate: samplingRate, leads: leads)
    }
}

/// Names of leads and units as files spell them.
enum LeadText {
    private static let standard = Dictionary(
        uniqueKeysWithValues: ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"].map {
            ($0.uppercased(), $0)
        })

    /// The usual name of a lead: `aVR` for `Lead aVR`, `MDC_ECG_LEAD_AVR` and `aVR, augmented voltage, right`.
    static func name(_ text: String) -> String {
        var name = text.prefix { $0 != "," && $0 != "(" }.trimmingCharacters(in: .whitespacesAndNewlines)
        name = String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
        for prefix in ["MDC_ECG_LEAD_", "MDC_ECG_ELEC_POTL_", "LEAD ", "LEAD_", "ECG ", "EKG ", "ECG-", "ECG_"]
        where name.uppercased().hasPrefix(prefix) && name.count > prefix.count {
            name = String(name.dropFirst(prefix.count)).trimmingCharacters(in: .whitespaces)
        }
        return standard[name.uppercased()] ?? (name.isEmpty ? "ECG" : String(name.prefix(40)))
    }

    /// Millivolts per unit; nil if the unit is not one of a voltage.
    static func millivolts(_ units: String) -> Double? {
        switch units.trimmingCharacters(in: .whitespacesAndNewlines) {
        case "nV", "nv", "NANOVOLTS": 1e-6
        case "uV", "uv", "µV", "μV", "UV", "MICROVOLTS", "microvolt": 1e-3
        case "mV", "mv", "MV", "MILLIVOLTS", "millivolt": 1
        case "V", "v", "VOLTS", "volt": 1e3
        default: nil
        }
    }
}

/// Days, years and seconds of dates.
enum Dates {
    /// Days from 1970-01-01; nil if there is no such day.
    static func day(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1 ... 9999).contains(year), (1 ... 12).contains(month), (1 ... 31).contains(day) else { return nil }
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let era = y / 400
        let ofEra = y - era * 400
        let ofYear = (153 * m + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    /// Whole years between two days; nil unless 0 to 130.
    static func years(from birth: Int?, to day: Int?) -> Double? {
        guard let birth, let day else { return nil }
        let years = (Double(day - birth) / 365.2425).rounded(.down)
        return (0 ... 130).contains(years) ? years : nil
    }

    /// Seconds from 1970 on of an HL7 or DICOM time such as `20020822100000.250`; nil for other texts.
    static func seconds(_ text: String) -> Double? {
        let digits = Array(text.utf8.prefix { (48 ... 57).contains($0) })
        func number(_ place: Int, _ count: Int) -> Int? {
            digits.count >= place + count ? digits[place ..< place + count].reduce(0) { 10 * $0 + Int($1) - 48 } : nil
        }
        guard digits.count <= 14, let year = number(0, 4), let month = number(4, 2), let date = number(6, 2),
            let day = day(year, month, date)
        else { return nil }
        let whole = 86_400 * day + 3600 * (number(8, 2) ?? 0) + 60 * (number(10, 2) ?? 0) + (number(12, 2) ?? 0)
        let rest = text.dropFirst(digits.count)
        let fraction = rest.first == "." ? Double("0." + rest.dropFirst().prefix { $0.isNumber }) ?? 0 : 0
        return Double(whole) + fraction
    }

    /// Days from 1970-01-01 of an HL7 or DICOM time.
    static func day(_ text: String) -> Int? { seconds(text).map { Int(($0 / 86_400).rounded(.down)) } }
}
