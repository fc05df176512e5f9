import Classifiers
import Foundation
import LinearAlgebra
import Testing

struct CalibratorTests {
    private static let sample = PlattCalibratorTests.sample(count: 80, seed: 5)

    @Test(arguments: CalibrationMethod.allCases)
    func `encoding and decoding preserve a calibrator`(method: CalibrationMethod) throws {
        let calibrator = Calibrator.fit(
            method: method, decisionValues: Self.sample.values, truth: Self.sample.truth)
        let data = try JSONEncoder().encode(calibrator)
        #expect(try JSONDecoder().decode(Calibrator.self, from: data) == calibrator)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["method"] as? String == method.rawValue)
    }

    @Test(arguments: CalibrationMethod.allCases)
    func `probabilities are in 0…1 and do not decrease`(method: CalibrationMethod) {
        let calibrator = Calibrator.fit(
            method: method, decisionValues: Self.sample.values, truth: Self.sample.truth)
        let heights = stride(from: -30.0, through: 30, by: 0.37).map(calibrator.probability)
        #expect(heights.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(zip(heights, heights.dropFirst()).allSatisfy(<=))
        #expect(heights.first! < 0.1 && heights.last! > 0.9)
    }

    @Test(arguments: [CalibrationMethod.platt, .isotonic, .temperature])
    func `constant truth gives a constant that is neither 0 nor 1`(method: CalibrationMethod) throws {
        let never = Calibrator.fit(method: method, decisionValues: [1, 2, 3], truth: [0, 0, 0])
        #expect(never == .constant(1.0 / 5))
        #expect(never.probability(1e9) == 0.2)
        #expect(Calibrator.fit(method: method, decisionValues: [1, 2, 3], truth: [1, 1, 1]) == .constant(4.0 / 5))
        #expect(Calibrator.fit(method: method, decisionValues: [], truth: []) == .constant(0.5))
        let data = try JSONEncoder().encode(never)
        #expect(try JSONDecoder().decode(Calibrator.self, from: data) == never)
    }

    @Test func `an uncalibrated value is limited to 0…1`() {
        #expect([-2, 0.3, 5].map(Calibrator.uncalibrated.probability) == [0, 0.3, 1])
    }

    @Test(arguments: [
        #"{"method":"spline"}"#, #"{"method":"constant","probability":1.5}"#, #"{"method":"platt","slope":1}"#, "{}",
        #"{"method":"isotonic","decisionValues":[2,1],"probabilities":[0,1]}"#,
    ])
    func `decoding a damaged calibrator throws`(text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Calibrator.self, from: Data(text.utf8)) }
    }

    @Test func `each label has its own curve`() {
        let (values, truth) = Self.sample
        let matrix = Matrix(rows: 80, columns: 2, values: values.flatMap { [$0, -$0] })
        let labels = LabelMatrix(rows: 80, columns: 2, values: truth.flatMap { [$0, 1 - $0] })
        let calibration = LabelCalibration.fit(method: .platt, decisionValues: matrix, truth: labels)
        let probabilities = calibration.probabilities(matrix)
        #expect(calibration.calibrators.count == 2)
        for row in 0 ..< 80 {
            let curve = calibration.calibrators[0]
            #expect(probabilities[row, 0] == curve.probability(values[row]))
            // The second label is the first turned round, in values and in truth.
            #expect(abs(probabilities[row, 0] + probabilities[row, 1] - 1) < 1e-9)
        }
    }
}
