/// Leads in mV at one sampling rate.
public struct Recording: Sendable, Equatable {
    public struct Lead: Sendable, Equatable {
        /// The name in the source, for example `MLII` or `AVR`.
        public let name: String
        /// mV; NaN where nothing was recorded.
        public let samples: [Float]

        public init(name: String, samples: [Float]) {
            self.name = name
            self.samples = samples
        }
    }

    /// Hz.
    public let samplingRate: Double
    public let leads: [Lead]

    /// - Precondition: `samplingRate` is positive and finite; the leads have as many samples as each other.
    public init(samplingRate: Double, leads: [Lead]) {
        precondition(samplingRate > 0 && samplingRate.isFinite, "a sampling rate of \(samplingRate) Hz")
        precondition(Set(leads.map(\.samples.count)).count <= 1, "leads of different lengths")
        self.samplingRate = samplingRate
        self.leads = leads
    }

    /// Samples of each lead.
    public var sampleCount: Int { leads.first?.samples.count ?? 0 }

    /// Seconds.
    public var duration: Double { Double(sampleCount) / samplingRate }

    /// The lead of that name, whatever the case; `II` also finds `MLII`, the modified lead II of ambulatory recorders.
    public func lead(named name: String) -> Lead? {
        let wanted = name.uppercased()
        return leads.first { $0.name.uppercased() == wanted }
            ?? leads.first { wanted == "II" && $0.name.uppercased() == "MLII" }
    }
}
