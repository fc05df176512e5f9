/// Tells flutter waves with a fixed conduction from P waves.
enum FlutterWaves {
    /// Points, 170…250 ms: 240 to 350 waves per minute.
    private static let cycles = 85 ... 125
    /// Points, 550 ms: at a slower rate an inverted P wave is ectopic.
    private static let fastRR = 275

    /// Whether the deflection before the QRS complex comes again at a half, third or fourth of the RR interval.
    ///
    /// Places inside the QRS complex are not compared.
    static func repeats(_ evidence: PWaveEvidence, template: BeatTemplate, qrs: GridWave, rr: Int) -> Bool {
        let counts = (2 ... 4).filter { cycles.contains(rr / $0) }
        guard !counts.isEmpty else { return false }
        let bumps = PWaveFilter.bumps(of: template.windows)
        return counts.contains { count in
            let places = (1 ..< count).compactMap { number -> Int? in
                let after = evidence.peak + number * (rr / count)
                if after > qrs.onset - 20, after < qrs.end + 15 { return nil }
                return after <= BeatGrid.count - 60 ? after : evidence.peak - (count - number) * (rr / count)
            }
            // One place alone may hold the T wave.
            return places.count >= min(2, count - 1)
                && places.allSatisfy { resembles(bumps, peak: evidence.peak, place: $0, weights: evidence.weights) }
        }
    }

    /// Whether the wave does not point to the feet at a fast rate: flutter waves, or a rhythm that is not sinus.
    ///
    /// Lead II tells, without it aVF, aVR or I, in which the P wave of sinus rhythm has a known direction.
    static func isFastAndInverted(_ evidence: PWaveEvidence, recording: Recording, rr: Int) -> Bool {
        guard rr < fastRR else { return false }
        let names = recording.leads.map { $0.name.uppercased() }
        for (name, sign) in [("II", Float(1)), ("MLII", 1), ("AVF", 1), ("AVR", -1), ("I", 1)] {
            guard let lead = names.firstIndex(of: name), evidence.weights[lead] > 0 else { continue }
            return sign * evidence.bumps[lead, evidence.peak] < 0
        }
        return false
    }

    /// Whether the deflections at two places agree in shape and, within a factor of 1.6, in height.
    private static func resembles(_ bumps: LeadWindows, peak: Int, place: Int, weights: [Float]) -> Bool {
        (-6 ... 6).contains { lag in
            var (product, first, second): (Float, Float, Float) = (0, 0, 0)
            for lead in 0 ..< bumps.leadCount where weights[lead] > 0 {
                for distance in -22 ... 22 {
                    let other = place + lag + distance
                    guard other >= 0, other < BeatGrid.count else { continue }
                    let (a, b) = (bumps[lead, peak + distance], bumps[lead, other])
                    guard a == a, b == b else { continue }
                    product += weights[lead] * a * b
                    first += weights[lead] * a * a
                    second += weights[lead] * b * b
                }
            }
            let ratio = (second / first).squareRoot()
            return ratio > 0.6 && ratio < 1.6 && product > 0.8 * (first * second).squareRoot()
        }
    }
}
