import Files
import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite struct ShippedModelsTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a model is found in the checkout of the program`() throws {
        try scratch.write("weights/some-model.h5", "")
        let models = ShippedModels(variable: nil, program: scratch(".build/release/heartsense"))
        let expected = URL(fileURLWithPath: scratch("weights/some-model.h5")).resolvingSymlinksInPath().path
        for name in ["some-model.h5", "some-model", "weights/some-model.h5"] {
            #expect(URL(fileURLWithPath: try models.path(of: name)).resolvingSymlinksInPath().path == expected)
        }
    }

    @Test func `a model is found next to an installed program`() throws {
        try scratch.write("share/heartsense/some-model.h5", "")
        let models = ShippedModels(variable: nil, program: scratch("bin/heartsense"))
        #expect(try models.path(of: "some-model").hasSuffix("/share/heartsense/some-model.h5"))
    }

    @Test func `the environment names the only folder`() throws {
        try scratch.write("weights/some-model.h5", "")
        let models = ShippedModels(variable: scratch("other"), program: scratch("bin/heartsense"))
        let error = #expect(throws: ShippedModelError.self) { try models.path(of: "some-model") }
        #expect(error?.description.contains(scratch("other")) == true)
        try scratch.write("other/some-model.h5", "")
        #expect(try models.path(of: "some-model") == scratch("other/some-model.h5"))
    }

    @Test func `the models in weights have the sizes and checksums of their README, and can be loaded`() throws {
        let weights = SharedMaterial.checkout.path + "/weights"
        let rows = try String(contentsOfFile: "\(weights)/README.md", encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: [" ", "`"]) } }
        for name in ["twelve-lead.h5", "beat-picture.h5", "beats.h5"] {
            let row = try #require(rows.first { $0.first == name })
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(weights)/\(name)"))
            #expect(row.contains("\(bytes.count)") && row.contains("\(Digest(of: bytes))"), "\(name)")
            _ = try ModelFile.read("\(weights)/\(name)")
        }
    }

    @Test func `an existing file and a path to another folder stay as they are`() throws {
        let models = ShippedModels(variable: nil, program: scratch("bin/heartsense"))
        let file = try scratch.write("mine.h5", "")
        #expect(try models.path(of: file) == file)
        #expect(try models.path(of: "runs/demo/model.h5") == "runs/demo/model.h5")
    }
}
