import Datasets
import Foundation
import Testing

@testable import ConfigurationKeys
@testable import LeakageAudit

@Suite struct AuditSentencesTests {
    /// A finding as the audit would make it, through the file's keys.
    private func finding(
        _ label: String, _ probe: String, _ score: Double, isOfShape: Bool = false, leaks: Bool = true
    ) throws -> LeakageAudit.Finding {
        let json = """
            {"label": "\(label)", "probes": ["\(probe)"], "balanced_accuracy": \(score), "lower_bound": 0.88, "chance": 0.5,
             "null_percentile": 0.6, "is_of_shape": \(isOfShape), "leaks": \(leaks)}
            """
        return try JSONDecoder().decode(LeakageAudit.Finding.self, from: Data(json.utf8))
    }

    private let settings = LeakageAudit.Settings(seed: 1)

    @Test func `labels that one probe tells equally well stand together`() throws {
        let findings = try [
            finding("N", "width", 1), finding("S", "darkest grey", 0.98), finding("V", "width", 1),
            finding("F", "width", 1),
        ]
        #expect(AuditSentences.list(findings) == "N, V and F by width (1.000), S by darkest grey (0.980)")
        #expect(AuditSentences.list([]) == "")
    }

    @Test func `a leak is told with its score, what chance reaches, and a cure`() throws {
        let sentence = AuditSentences.leak(
            try finding("N", "width", 0.9), in: .asDrawn, settings: settings, neutral: nil)
        #expect(
            sentence
                == "N leaks: width alone tells it from the rest with balanced accuracy 0.900 (chance 0.500, 99 % of "
                + "random labels stay under 0.600). Cure: draw every class at the same size; preprocessing resizes, but "
                + "stretches by the class.")
    }

    @Test func `each cure is said once`() throws {
        let findings = try [finding("N", "width", 1), finding("S", "height", 1), finding("V", "top margin", 1)]
        let cures = AuditSentences.remedies(findings, in: .asDrawn)
        #expect(cures.components(separatedBy: "; draw").count == 2)
        #expect(cures.contains("same size") && cures.contains("preprocessing.crop"))
    }

    @Test func `what may be a leak in more pictures is neither called one nor called cured`() throws {
        let unsure = try finding("F", "ink fraction", 0.98, isOfShape: true, leaks: false)
        let sentence = try #require(AuditSentences.shape(unsure, settings: settings))
        #expect(sentence.hasSuffix("a leak if it were surely 0.950, and with so few pictures it is surely 0.880."))
    }

    @Test func `only strong findings of shape are told as such`() throws {
        let strong = try finding("F", "trailing flat line", 0.87, isOfShape: true, leaks: false)
        #expect(
            AuditSentences.shape(strong, settings: settings)
                == "F does not leak, but trailing flat line alone tells it "
                + "from the rest with balanced accuracy 0.870. That is about the drawing's shape, which could be the "
                + "heart or the layout: it would count as a leak from 0.950.")
        #expect(
            AuditSentences.shape(try finding("F", "width", 0.74, isOfShape: true, leaks: false), settings: settings)
                == nil)
        #expect(AuditSentences.shape(try finding("F", "width", 0.87, leaks: false), settings: settings) == nil)
        #expect(AuditSentences.shape(try finding("F", "width", 0.96, isOfShape: true), settings: settings) == nil)
    }
}
