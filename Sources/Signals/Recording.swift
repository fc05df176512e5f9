/// Leads in mV at one sampling rate.
public struct Recording: Sendable, Equatable {
    public struct Lead: Sendable, Equatable {
        /// The name in the source, for example `MLII` or `AVR`.
        public let name: String
        private let content: Content

        private enum Content: Sendable {
            case memory([Float])
            case stored(StoredSamples, lead: Int)
        }

        public init(name: String, samples: [Float]) {
            self.name = name
            content = .memory(samples)
        }

        init(name: String, _ stored: StoredSamples, lead: Int) {
            self.name = name
            content = .stored(stored, lead: lead)
        }

        /// All samples in mV; NaN where nothing was recorded.
        ///
        /// A lead of `Recording(reading:)` reads all of them from the source at each call.
        public var samples: [Float] {
            switch content {
            case .memory(let samples): samples
            case .stored(let stored, let lead): stored.samples(of: lead, in: 0 ..< stored.sampleCount)
            }
        }

        public var sampleCount: Int {
            switch content {
            case .memory(let samples): samples.count
            case .stored(let stored, _): stored.sampleCount
            }
        }

        /// Returns a part of the samples.
        ///
        /// - Parameter range: lies within 0 ..< `sampleCount`.
        public func samples(in range: Range<Int>) -> [Float] {
            switch content {
            case .memory(let samples): range.count == samples.count ? samples : Array(samples[range])
            case .stored(let stored, let lead): stored.samples(of: lead, in: range)
            }
        }

        /// Calls a closure with a part of the samples, without a copy where they are in memory.
        ///
        /// - Parameter range: lies within 0 ..< `sampleCount`.
        public func withSamples<Result>(in range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result
        {
            switch content {
            case .memory(let samples):
                samples.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
            case .stored(let stored, let lead):
                stored.samples(of: lead, in: range).withUnsafeBufferPointer(body)
            }
        }

        /// The first error of reading the samples.
        fileprivate var readingError: (any Error)? {
            if case .stored(let stored, _) = content { stored.failure } else { nil }
        }

        public static func == (left: Lead, right: Lead) -> Bool {
            left.name == right.name && left.samples == right.samples
        }
    }

    /// Hz.
    public let samplingRate: Double
    public let leads: [Lead]

    /// - Precondition: `samplingRate` is positive and finite; the leads have as many samples as each other.
    public init(samplingRate: Double, leads: [Lead]) {
        precondition(samplingRate > 0 && samplingRate.isFinite, "a sampling rate of \(samplingRate) Hz")
        precondition(Set(leads.map(\.sampleCount)).count <= 1, "leads of different lengths")
        self.samplingRate = samplingRate
        self.leads = leads
    }

    /// Makes a recording whose samples stay in their source, for recordings that are too long for memory.
    ///
    /// A sample that cannot be read is NaN, and `readingError` has the reason.
    public init<Source: SampleSource & Sendable>(reading source: Source) {
        let stored = StoredSamples(source)
        self.init(
            samplingRate: source.samplingRate,
            leads: source.leadNames.enumerated().map { Lead(name: $1, stored, lead: $0) })
    }

    /// The first error of reading samples from a source; nil for a recording in memory.
    public var readingError: (any Error)? { leads.lazy.compactMap(\.readingError).first }

    /// Samples of each lead.
    public var sampleCount: Int { leads.first?.sampleCount ?? 0 }

    /// Seconds.
    public var duration: Double { Double(sampleCount) / samplingRate }

    /// The lead of that name, whatever the case; `II` also finds `MLII`, the modified lead II of ambulatory recorders.
    public func lead(named name: String) -> Lead? {
        let wanted = name.uppercased()
        return leads.first { $0.name.uppercased() == wanted }
            ?? leads.first { wanted == "II" && $0.name.uppercased() == "MLII" }
    }
}
