import LinearAlgebra
import ParameterTables
import Testing

@testable import Classifiers

@Suite struct MemberTests {
    private func read(_ name: String, _ texts: [String: String] = [:]) throws -> Member.Parameters {
        try #require(Member.Parameters.kinds.first { $0.name == name }).parameters(texts)
    }

    @Test func `parameters without a text keep their defaults`() throws {
        #expect(try read("binary-relevance") == .binaryRelevance(.init()))
        #expect(try read("mlaram") == .mlaram(.init()))
        #expect(try read("ml-svm") == .multiLabelSVM(.init()))
        #expect(try read("mltsvm") == .mltsvm(.init()))
        #expect(
            try read("binary-relevance", ["C": "2", "class_weight": "balanced", "max_iterations": "9"])
                == .binaryRelevance(.init(c: 2, classWeight: .balanced, maximumIterations: 9)))
        #expect(
            try read("binary-relevance", ["base": "rbf-svm", "loss": "hinge", "gamma": "0.5", "tolerance": "0.01"])
                == .binaryRelevance(.init(base: .radialSVM, loss: .hinge, gamma: .value(0.5), tolerance: 0.01)))
        #expect(
            try read("mlaram", ["vigilance": "0.8", "voters": "4", "clustering": "0.25"])
                == .mlaram(.init(vigilance: 0.8, voters: 4, clustering: 0.25)))
        #expect(
            try read("ml-svm", ["kernel": "linear", "loss": "hinge", "kernel_memory": "7", "tolerance": "0.01"])
                == .multiLabelSVM(.init(kernel: .linear, loss: .hinge, tolerance: 0.01, kernelMemory: 7)))
    }

    @Test func `copies with replaced values have the decision values of whole rows`() throws {
        var generator = SeededGenerator(seed: 3)
        let features = Matrix<Float>(
            rows: 60, columns: 5, values: (0 ..< 300).map { _ in Float(generator.normal()) })
        let truth = LabelMatrix(
            rows: 60, columns: 2,
            values: (0 ..< 60).flatMap { [features[$0, 0], features[$0, 1]] }.map { $0 > 0 ? 1 : 0 }
        )
        let (row, others): ([Float], [Float]) = ([0.3, -0.4, 1, 2, 0], [0, 0.5, -1, 0.1, 0.2])
        let places = [[], [0], [1, 3], [2, 4]]
        let copies = Matrix<Float>([row, [0, -0.4, 1, 2, 0], [0.3, 0.5, 1, 0.1, 0], [0.3, -0.4, -1, 2, 0.2]])
        let parameters: [Member.Parameters] = [
            .binaryRelevance(.init()), .binaryRelevance(.init(base: .radialSVM)),
            .mlaram(.init(vigilance: 0.7, threshold: 0.3, voters: 3)), .mlaram(.init(voters: 2, clustering: 0.5)),
            .multiLabelSVM(.init()), .mltsvm(.init()),
        ]
        for parameters in parameters {
            let member = try parameters.fit(features: features, truth: truth, seed: 1, workers: Workers(count: 1))
            let found = member.decisionValues(of: row, replacing: places, with: others)
            let expected = member.decisionValues(copies, workers: Workers(count: 1))
            for (found, expected) in zip(found.values, expected.values) {
                #expect(abs(found - expected) < 1e-4, "\(member.name): \(found), \(expected)")
            }
        }
    }

    @Test func `a text that a parameter does not accept is an error with its name`() {
        #expect(throws: FitError.parameter(name: "C", expected: "a number above 0", found: "high")) {
            try read("mltsvm", ["C": "high"])
        }
        #expect(throws: FitError.parameter(name: "voters", expected: "a whole number from 1 to 1000", found: "1.5")) {
            try read("mlaram", ["voters": "1.5"])
        }
    }

    @Test func `every kind is the classifier that it reads, and its rows have valid defaults and unique names`() throws
    {
        for kind in Member.Parameters.kinds {
            #expect(try kind.parameters([:]).name == kind.name)
            #expect(Set(kind.rows.map(\.name)).count == kind.rows.count)
            for row in kind.rows { #expect(row.form.accepts(row.standard), "\(kind.name).\(row.name)") }
            let texts = Dictionary(uniqueKeysWithValues: kind.rows.map { ($0.name, $0.standard) })
            #expect(try kind.parameters(texts) == kind.parameters([:]))
        }
    }

    @Test func `rows leave out what configurations do not offer`() {
        #expect(
            Member.Parameters.kinds.map { $0.rows.map(\.name) } == [
                ["base", "C", "loss", "gamma", "class_weight", "tolerance"],
                ["vigilance", "threshold", "voters", "clustering"],
                ["kernel", "C", "loss", "gamma", "class_weight", "tolerance", "kernel_memory"],
                ["C", "lambda", "tolerance"],
            ])
    }
}
