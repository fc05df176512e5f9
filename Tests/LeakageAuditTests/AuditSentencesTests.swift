import Datasets
import Foundation
import Testing

@testable import ConfigurationKeys
@testable import LeakageAudit

@Suite struct AuditSentencesTests {
    /// Creates a finding by decoding the file's keys.
    private func finding(
        _ label: String, _ probe: String, _ score: Double, isOfShape: Bool = false, leaks: Bool = true
    ) throws -> ProbeAudit.Finding {
        let json = """
            {"label": "\(label)", "probes": ["\(probe)"], "balanced_accuracy": \(score), "lower_bound": 0.88, "chance": 0.5,
             "null_percentile": 0.6, "is_of_shape": \(isOfShape), "leaks": \(leaks)}
            """
        return try JSONDecoder().decode(ProbeAudit.Finding.self, from: Data(json.utf8))
    }

    private let settings = ProbeAudit.Settings(seed: 1)

    @Test func `labels with equal findings are listed together`() throws {
        let findings = try [
            finding("N", "width", 1), finding("S", "darkest grey", 0.98), finding("V", "width", 1),
            finding("F", "width", 1),
        ]
        #expect(AuditSentences.list(findings) == "N, V and F by width (1.000), S by darkest grey (0.980)")
        #expect(AuditSentences.list([]) == "")
    }

    @Test func `a leak is described with score, chance, null distribution and remedy`() throws {
        let sentence = AuditSentences.leak(
            try finding("N", "width", 0.9), in: .asDrawn, settings: settings, neutral: nil)
        #expect(
            sentence
                == "N leaks: width alone predicts it with balanced accuracy 0.900 (chance 0.500, 99 % of "
                + "random labels are below 0.600). Remedy: draw every class at the same size; resizing in "
                + "preprocessing would distort the classes differently.")
    }

    @Test func `each remedy is listed once`() throws {
        let findings = try [finding("N", "width", 1), finding("S", "height", 1), finding("V", "top margin", 1)]
        let remedies = AuditSentences.remedies(findings, in: .asDrawn)
        #expect(remedies.components(separatedBy: "; draw").count == 2)
        #expect(remedies.contains("same size") && remedies.contains("preprocessing.crop"))
    }

    @Test func `an uncertain remaining leak is neither confirmed nor denied`() throws {
        let unsure = try finding("F", "ink fraction", 0.98, isOfShape: true, leaks: false)
        let sentence = try #require(AuditSentences.shape(unsure, settings: settings))
        #expect(
            sentence.hasSuffix(
                "a leak if the lower bound reached 0.950. With so few pictures the lower bound is 0.880."))
    }

    @Test func `only strong findings of shape are described`() throws {
        let strong = try finding("F", "trailing flat line", 0.87, isOfShape: true, leaks: false)
        #expect(
            AuditSentences.shape(strong, settings: settings)
                == "F does not leak, but trailing flat line alone predicts it "
                + "with balanced accuracy 0.870. That is about the drawing's shape, which could be the "
                + "heart or the layout: it would count as a leak from 0.950.")
        #expect(
            AuditSentences.shape(try finding("F", "width", 0.74, isOfShape: true, leaks: false), settings: settings)
                == nil)
        #expect(AuditSentences.shape(try finding("F", "width", 0.87, leaks: false), settings: settings) == nil)
        #expect(AuditSentences.shape(try finding("F", "width", 0.96, isOfShape: true), settings: settings) == nil)
    }
}
