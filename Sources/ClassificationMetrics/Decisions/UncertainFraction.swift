/// The fraction of samples that the classifier marks as uncertain; nil without samples.
public func uncertainFraction(_ uncertain: [Bool]) -> Double? {
    uncertain.isEmpty ? nil : Double(uncertain.count { $0 }) / Double(uncertain.count)
}
