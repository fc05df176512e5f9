import Imaging
import LinearAlgebra
import Testing

@testable import Inference

struct OcclusionExplainerTests {
    /// A line across the picture with a bump on its left half.
    private static let picture: GrayImage = {
        var picture = GrayImage(width: 56, height: 56, pixels: Array(repeating: 255, count: 56 * 56))
        for x in 0 ..< 56 { picture.pixels[40 * 56 + x] = 0 }
        for y in 16 ..< 24 { for x in 16 ..< 24 { picture.pixels[y * 56 + x] = 0 } }
        return picture
    }()

    /// Three features: the ink of the bump, the total ink, and a constant.
    private static let features: OcclusionExplainer.Features = { pictures in
        Matrix(
            pictures.map { picture in
                func ink(_ rows: Range<Int>, _ columns: Range<Int>) -> Float {
                    var sum: Float = 0
                    for y in rows { for x in columns { sum += picture.pixels[y * 56 + x] == 0 ? 1 : 0 } }
                    return sum
                }
                return [ink(16 ..< 24, 16 ..< 24) / 64, ink(0 ..< 56, 0 ..< 56) / 120, 1]
            })
    }

    /// Label 0 depends on the bump, label 1 on any ink, label 2 on nothing in the picture.
    private static let scores: @Sendable (Matrix<Float>) -> Matrix<Double> = { features in
        Matrix(rows: features.rows, columns: 3, values: features.values.map(Double.init))
    }

    /// Returns random features for each picture.
    private static func noise(_ seed: UInt64) -> OcclusionExplainer.Features {
        { pictures in
            var generator = SeededGenerator(seed: seed)
            return Matrix(
                rows: pictures.count, columns: 3,
                values: (0 ..< 3 * pictures.count).map { _ in Float(generator.normal()) })
        }
    }

    @Test func `the only evidence is found, and covering it removes the whole score`() throws {
        let explainer = OcclusionExplainer(
            features: Self.features, randomized: [Self.noise(1), Self.noise(2), Self.noise(3)], scores: Self.scores)
        let finding = try #require(try explainer.explain(Self.picture, labels: [0]).first)
        // Cells are 4 pixels wide: the bump fills rows and columns 4 and 5, exactly one window.
        let strongest = try #require(finding.map.strongest)
        #expect(strongest.window == OccludedPicture.Window(column: 4, row: 4) && strongest.drop == 1)
        #expect(finding.score == 1)
        // Of the four windows over a cell of the bump, one covers all four cells, two cover two, one covers one.
        let expected = (1 + 0.5 + 0.5 + 0.25) / 4
        for (row, column) in [(4, 4), (4, 5), (5, 4), (5, 5)] {
            #expect(finding.map.values[row * 14 + column] == expected)
        }
        #expect(finding.map.values[10 * 14 + 4] == 0, "the line does not affect this label")
        #expect(abs(try #require(finding.correlation)) < 0.4)
    }

    @Test func `a map that random weights also produce has correlation 1`() throws {
        let explainer = OcclusionExplainer(
            features: Self.features, randomized: [Self.features, Self.features], scores: Self.scores)
        let finding = try #require(try explainer.explain(Self.picture, labels: [1]).first)
        #expect(abs(try #require(finding.correlation) - 1) < 1e-12)
        let saliency = Prediction.Saliency(
            finding, condition: "Normal", region: SaliencyRegion(left: 0, top: 0, right: 1, bottom: 1))
        #expect(saliency.status == .failsRandomization && saliency.region == nil && saliency.png == nil)
    }

    @Test func `a constant map has no correlation and is not shown`() throws {
        let explainer = OcclusionExplainer(
            features: Self.features, randomized: [Self.noise(1)], scores: Self.scores)
        let finding = try #require(try explainer.explain(Self.picture, labels: [2]).first)
        #expect(finding.map.values.allSatisfy { $0 == 0 } && finding.correlation == nil)
        let saliency = Prediction.Saliency(
            finding, condition: "Normal", region: SaliencyRegion(left: 0, top: 0, right: 1, bottom: 1))
        #expect(saliency.status == .flat)
    }

    @Test func `random features are scaled to the classifiers' range`() throws {
        // A classifier that only separates features from 0.5 to 1, as a radial kernel does near its training data.
        let narrow: @Sendable (Matrix<Float>) -> Matrix<Double> = { features in
            Matrix(rows: features.rows, columns: 3, values: features.values.map { Double(min(max($0, 0.5), 1)) })
        }
        let far: OcclusionExplainer.Features = { pictures in
            let features = Self.features(pictures)
            return Matrix(rows: features.rows, columns: 3, values: features.values.map { 100 + 50 * $0 })
        }
        let explainer = OcclusionExplainer(features: Self.features, randomized: [far], scores: narrow)
        let finding = try #require(try explainer.explain(Self.picture, labels: [1]).first)
        // Without scaling every score would be 1 and the map flat. With scaling it is the same map, which must fail.
        #expect(try #require(finding.correlation) > 0.99)
    }

    @Test func `a picture without ink has no finding`() throws {
        let blank = GrayImage(width: 56, height: 56, pixels: Array(repeating: 255, count: 56 * 56))
        let explainer = OcclusionExplainer(features: Self.features, randomized: [], scores: Self.scores)
        #expect(try explainer.explain(blank, labels: [0]).isEmpty)
    }

    @Test func `matched features have the target's mean and spread, and constant ones its mean`() {
        let target = Matrix<Float>([[1, 5, 2], [3, 5, 4], [5, 5, 9]])
        let matched = FeatureMoments.match(Matrix([[10, 1, 7], [20, 2, 7], [30, 3, 7]]), to: target)
        for (row, expected) in [[1, 5, 5], [3, 5, 5], [5, 5, 5]].enumerated() {
            for (column, value) in expected.enumerated() {
                #expect(abs(matched[row, column] - Float(value)) < 1e-5)
            }
        }
    }
}
