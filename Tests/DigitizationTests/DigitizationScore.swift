import Foundation
import Signals

/// The signal-to-noise ratio of digitized leads in dB.
///
/// A lead's value is 10·log10(Σ ref² / Σ (ref − est)²) over the reference samples that are drawn on the page, times the
/// share of them that the estimate has. The estimate may be shifted by at most 0.5 s and offset by at most 1 mV. A lead
/// that was not found has −5 dB.
enum DigitizationScore {
    static let missingLead = -5.0

    /// Returns the SNR of a lead.
    ///
    /// - Parameters:
    ///   - reference: mV, NaN where the lead is not drawn.
    ///   - estimate: mV at the same rate, NaN where the lead was not read; nil for a lead that was not found.
    ///   - rate: Hz.
    static func lead(_ reference: [Float], _ estimate: [Float]?, rate: Double) -> Double {
        guard let estimate, estimate.contains(where: \.isFinite) else { return missingLead }
        let reach = Int(0.5 * rate)
        let drawn = reference.indices.filter { reference[$0].isFinite }
        guard let first = drawn.first, let last = drawn.last else { return missingLead }
        // Padded, so that a shifted index is always valid.
        let padded =
            [Float](repeating: .nan, count: reach) + estimate.prefix(reference.count)
            + [Float](repeating: .nan, count: reach + max(0, reference.count - estimate.count))
        var best = missingLead
        reference.withUnsafeBufferPointer { reference in
            padded.withUnsafeBufferPointer { estimate in
                for shift in 0 ... 2 * reach {
                    var (count, power, sum, squares) = (0, 0.0, 0.0, 0.0)
                    var place = first
                    while place <= last {
                        let value = Double(reference[place])
                        let difference = value - Double(estimate[place + shift])
                        if difference.isFinite {
                            count += 1
                            power += value * value
                            sum += difference
                            squares += difference * difference
                        }
                        place += 1
                    }
                    guard count > 0 else { continue }
                    let offset = max(-1, min(1, sum / Double(count)))
                    let noise = squares - 2 * offset * sum + offset * offset * Double(count)
                    let ratio = 10 * log10(max(power, 1e-12) / max(noise, 1e-12))
                    let share = Double(count) / Double(drawn.count)
                    best = max(best, ratio * (ratio > 0 ? share : 1))
                }
            }
        }
        return best
    }

    /// Returns the mean over the leads of `reference`. Names are compared without case.
    ///
    /// - Precondition: both have the same rate.
    static func page(_ reference: Recording, _ estimate: Recording) -> Double {
        precondition(reference.samplingRate == estimate.samplingRate, "different rates")
        let values = reference.leads.map { lead in
            let found = estimate.leads.first { $0.name.uppercased() == lead.name.uppercased() }
            return self.lead(lead.samples, found?.samples, rate: reference.samplingRate)
        }
        return values.reduce(0, +) / Double(values.count)
    }

    /// Returns a recording as a page with `columns` columns shows it: NaN outside each lead's own column.
    ///
    /// - Parameters:
    ///   - recording: leads in the order of the page's columns, from the top of the first column on.
    ///   - strips: names of leads that are drawn over the whole length.
    static func drawn(_ recording: Recording, columns: Int, strips: Set<String>) -> Recording {
        let rows = recording.leads.count / columns
        let width = recording.sampleCount / columns
        return Recording(
            samplingRate: recording.samplingRate,
            leads: recording.leads.enumerated().map { index, lead in
                if strips.contains(lead.name.uppercased()) { return lead }
                let column = index / rows
                let shown = column * width ..< (column + 1) * width
                return Recording.Lead(
                    name: lead.name,
                    samples: lead.samples.enumerated().map { shown.contains($0) ? $1 : .nan })
            })
    }
}
