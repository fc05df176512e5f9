import Testing

@testable import Evaluation

struct TensorBoardCurvesTests {
    @Test func `curves are interpolated between corners and take the maximum at jumps`() {
        let values = TensorBoardCurves.sampled(x: [0, 0, 0.5, 1], y: [0, 0.4, 0.9, 1])
        #expect(values.count == 101)
        #expect(values[0] == 0.4)
        #expect(abs(values[25] - 0.65) < 1e-12)
        #expect(values[50] == 0.9 && values[100] == 1)
    }

    @Test func `precisions are not interpolated`() {
        let values = TensorBoardCurves.sampled(x: [0, 0.5, 0.5, 1], y: [1, 0.8, 0.6, 0.5], interpolating: false)
        #expect(values[0] == 1 && values[1] == 0.8 && values[50] == 0.8)
        #expect(values[51] == 0.5 && values[100] == 0.5)
    }

    @Test func `the part before the slash is TensorBoard's section`() {
        #expect(TensorBoardCurves.tag(of: "f1_macro") == "metrics/f1_macro")
        #expect(TensorBoardCurves.tag(of: "per_label.N.f1") == "per_label/N/f1")
    }
}
