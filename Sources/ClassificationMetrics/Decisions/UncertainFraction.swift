/// The share of samples that the system calls uncertain; nil without samples.
public func uncertainFraction(_ uncertain: [Bool]) -> Double? {
    uncertain.isEmpty ? nil : Double(uncertain.count { $0 }) / Double(uncertain.count)
}
