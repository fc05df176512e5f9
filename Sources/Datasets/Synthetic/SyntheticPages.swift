import LinearAlgebra
import PageDrawing
import Signals

/// Synthetic twelve-lead recordings as pages, one patient per page.
package enum SyntheticPages {
    /// The label codes of the conditions, in label order.
    package static let codes: [(code: String, condition: SyntheticTwelveLeads.Condition)] = [
        ("N", .normal), ("S", .atrialFibrillation), ("V", .ventricularPrematureBeats), ("M", .infarction),
        ("H", .hypertrophy),
    ]

    /// Returns the pages, `perClass` of each condition. Page i of a condition depends only on the seed.
    package static func items(perClass: Int, seed: UInt64) -> [PageSet.Item] {
        codes.flatMap { code, condition in
            (0 ..< perClass).map { index in
                let digits = String(index + 1)
                let name = "\(code)\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits)"
                return PageSet.Item(name: name, group: name, labels: code) {
                    var random = SeededGenerator(seed: seed, purpose: "synthetic page/\(code)", index: index)
                    let patient = SyntheticTwelveLeads(condition, using: &random)
                    return (
                        patient.recording(seconds: PageSet.pageDuration, samplingRate: 500, using: &random), Patient()
                    )
                }
            }
        }
    }

    /// The label space of the set, as `labels.yaml`.
    package static var labels: String {
        let codes = Set(codes.map(\.code))
        let space = LabelSpace(
            name: LabelSpace.synthetic.name, version: LabelSpace.synthetic.version,
            labels: LabelSpace.synthetic.labels.filter { codes.contains($0.code) })
        return "# The pages of this set come from a mathematical model, not from patients.\n" + space.yaml
    }
}
