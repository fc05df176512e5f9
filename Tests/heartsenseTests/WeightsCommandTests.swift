import Foundation
import TestSupport
import Testing

struct WeightsCommandTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a dry run of fetch prints address and file without using the network`() throws {
        let outcome = try scratch.heartsense("weights", "fetch", "imagenet", "--dry-run")
        #expect(outcome.status == 0 && outcome.output.contains("https://"), "\(outcome)")
        #expect(outcome.output.contains("would be written to weights/mobilenet_v2_imagenet.h5"))
        #expect(scratch.everything().isEmpty)
        let unknown = try scratch.heartsense("weights", "fetch", "imagenat", "--dry-run")
        #expect(unknown.isSentence && unknown.errors.contains("imagenet"), "\(unknown)")
    }

    @Test func `show and verify reject a file without a network`() throws {
        try scratch.write("w.h5", "text")
        for command in ["show", "verify"] {
            let outcome = try scratch.heartsense("weights", command, "w.h5")
            #expect(outcome.isSentence && outcome.errors.hasPrefix("Error: w.h5: "), "\(outcome)")
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `a Keras network is shown and verified, and a wrong digest is rejected`() throws {
        let file = SharedMaterial.path("weights/teachable_machine_alpha035_model.h5")
        let shown = try scratch.heartsense("weights", "show", file)
        #expect(shown.status == 0 && shown.output.contains("alpha         0.35"), "\(shown)")
        let verified = try scratch.heartsense("weights", "verify", file)
        #expect(verified.status == 0 && verified.output.contains("valid"), "\(verified)")
        let other = try scratch.heartsense(
            "weights", "verify", file, "--sha256", String(repeating: "0", count: 64))
        #expect(other.isSentence && other.errors.contains("SHA-256"), "\(other)")
    }
}
