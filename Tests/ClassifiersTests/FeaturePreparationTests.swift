import Classifiers
import LinearAlgebra
import Testing

@Suite struct FeaturePreparationTests {
    private let features = Matrix<Float>([[1, 10], [3, .nan], [5, 30]])

    @Test func `without missing values it is the standardizer`() {
        let plain = Matrix<Float>([[1, 10], [3, 20]])
        let preparation = FeaturePreparation(fitting: plain)
        #expect(preparation.apply(plain) == Standardizer(fitting: plain).apply(plain))
        #expect(preparation.inputCount == 2 && preparation.outputCount == 2 && preparation.sources == [0, 1])
        #expect(preparation.filled(plain) == plain)
    }

    @Test func `values that are not finite stay if none may be missing`() {
        let preparation = FeaturePreparation(fitting: Matrix<Float>([[1], [3]]))
        #expect(preparation.apply(Matrix<Float>([[.nan]])).values[0].isNaN)
    }

    @Test func `a missing value becomes the training mean`() {
        let preparation = FeaturePreparation(fitting: features, settings: .init(missing: .mean))
        #expect(preparation.means == [3, 20])
        #expect(preparation.filled(features) == Matrix([[1, 10], [3, 20], [5, 30]]))
        #expect(preparation.apply(Matrix<Float>([[.nan, .infinity]])).values == [0, 0])
    }

    @Test func `a marked value has a further feature`() {
        let preparation = FeaturePreparation(fitting: features, settings: .init(missing: .marked))
        // The first feature is never missing in training.
        #expect(preparation.marked == [1])
        #expect(preparation.sources == [0, 1, 1])
        // One of three is marked: mean 1/3, deviation √2/3.
        let marks = preparation.apply(features).column(2)
        for (mark, expected) in zip(
            marks, [-1 / Float(2).squareRoot(), Float(2).squareRoot(), -1 / Float(2).squareRoot()])
        {
            #expect(abs(mark - expected) < 1e-5)
        }
    }

    @Test func `steps are coded before they are standardized`() {
        let training = Matrix<Float>((0 ... 8).map { [Float($0)] })
        let preparation = FeaturePreparation(fitting: training, settings: .init(codesSteps: true, missing: .mean))
        let coding = StepCoding(fitting: training)
        #expect(preparation.coding == coding)
        #expect(preparation.outputCount == 7 && preparation.sources == Array(repeating: 0, count: 7))
        #expect(
            preparation.apply(training) == Standardizer(fitting: coding.coded(training)).apply(coding.coded(training)))
        // A missing value adds nothing.
        for value in preparation.apply(Matrix<Float>([[.nan]])).values { #expect(abs(value) < 1e-6) }
    }

    @Test func `features behind the measurements are standardized without steps`() {
        let training = Matrix<Float>((0 ... 8).map { [Float($0), $0 == 0 ? .nan : Float(2 * $0)] })
        let first = Matrix<Float>((0 ... 8).map { [Float($0)] })
        let settings = FeaturePreparation.Settings(codesSteps: true, measurements: 1, missing: .mean)
        let preparation = FeaturePreparation(fitting: training, settings: settings)
        #expect(preparation.inputCount == 2 && preparation.outputCount == 8)
        #expect(preparation.sources == Array(repeating: 0, count: 7) + [1])
        // The mean of 2, 4 … 16 is 9.
        #expect(preparation.typicalValues == [4, 9])
        let alone = FeaturePreparation(
            fitting: first, settings: .init(codesSteps: true, missing: .mean))
        let found = preparation.apply(training)
        for step in 0 ..< 7 { #expect(found.column(step) == alone.apply(first).column(step)) }
        // Values 9, 2, 4 … 16: mean 9, variance 2 (7² + 5² + 3² + 1²) / 9 = 56/3.
        #expect(abs(found[0, 7]) < 1e-6)
        #expect(abs(found[8, 7] - 7 / Float(56.0 / 3).squareRoot()) < 1e-5)
        #expect(
            FeaturePreparation(
                means: preparation.means, coding: preparation.coding, standardizer: preparation.standardizer)
                == preparation)
    }

    @Test func `a preparation made of its parts is the fitted one`() {
        let fitted = FeaturePreparation(fitting: features, settings: .init(codesSteps: true, missing: .marked))
        let made = FeaturePreparation(
            means: fitted.means, marked: fitted.marked, coding: fitted.coding, standardizer: fitted.standardizer)
        #expect(made == fitted)
        #expect(made.apply(features) == fitted.apply(features))
    }
}
