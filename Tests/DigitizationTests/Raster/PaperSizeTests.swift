import Imaging
import Testing

@testable import Digitization

struct PaperSizeTests {
    private func size(_ width: Int, _ height: Int) -> PaperSize {
        PaperSize(
            outline: nil,
            page: Page(width: width, height: height, pixels: [UInt8](repeating: 250, count: 3 * width * height)))
    }

    private func pulse(_ width: Double, _ height: Double) -> CalibrationPulse {
        CalibrationPulse(left: 10, right: 10 + width, top: 40, bottom: 40 + height, row: 0)
    }

    @Test func `pictures with the proportions of paper have its width`() {
        #expect(size(594, 420).width == 297)
        #expect(size(594, 420).pixelsPerMillimeter == 2)
        #expect(size(1100, 850).width == 279.4)
        #expect(size(420, 594).width == 210)
        #expect(size(594, 420).isUsual)
        #expect(!size(594, 400).isUsual)
    }

    @Test func `pulses or rows confirm the size of the paper`() {
        let paper = size(594, 420)
        #expect(paper.estimate(pulses: [pulse(5.1, 9.9)], rowLengths: []) == (1, .paper))
        // 50 mm/s and 5 mm/mV.
        #expect(paper.estimate(pulses: [pulse(10, 5.05)], rowLengths: []) == (1, .paper))
        #expect(paper.estimate(pulses: [], rowLengths: [249.5]) == (1, .paper))
    }

    @Test func `nothing is confirmed without pulses and usual rows, or by pulses that contradict themselves`() {
        let paper = size(594, 420)
        #expect(paper.estimate(pulses: [], rowLengths: [231]).source == .assumed)
        #expect(paper.estimate(pulses: [], rowLengths: []).source == .assumed)
        #expect(paper.estimate(pulses: [pulse(5, 8.2)], rowLengths: [250]).source == .assumed)
    }

    @Test func `pulses and rows give the scale of a page that was cut`() {
        // A4 with 5 % of its width missing: a mm is taken for 1 / 0.95 mm.
        let paper = size(564, 420)
        let pulses = [pulse(5 / 0.95, 10 / 0.95)]
        // US letter would fit the pulses too.
        #expect(paper.estimate(pulses: pulses, rowLengths: []).source == .assumed)
        let estimate = paper.estimate(pulses: pulses, rowLengths: [258, 250 / 0.95])
        #expect(estimate.source == .pulse)
        #expect(abs(paper.pixelsPerMillimeter * estimate.factor - 2) < 0.005)
        let rows = paper.estimate(pulses: [pulse(5 / 0.94, 10 / 0.96)], rowLengths: [250 / 0.9495])
        #expect(abs(paper.pixelsPerMillimeter * rows.factor - 2) < 0.005)
    }

    @Test func `pulses without rows or paper do not give the scale`() {
        // 564 × 500 pixels are neither A4 nor US letter.
        let paper = size(564, 500)
        #expect(paper.estimate(pulses: [pulse(6.2, 12.4)], rowLengths: [231]).source == .assumed)
    }

    @Test func `rows confirm the paper where blur makes pulses small`() {
        // Only the height is cut.
        let paper = size(594, 380)
        let estimate = paper.estimate(pulses: [pulse(4.87, 9.75)], rowLengths: [249.8, 244])
        #expect(estimate.source == .pulse && abs(estimate.factor - 1) < 0.004)
    }

    @Test func `rows that agree with pulses give the scale of a sheet that only looks whole`() {
        // 3.6 % of the width and of the height are cut.
        let estimate = size(594, 420).estimate(
            pulses: [pulse(5.2, 10.32)], rowLengths: [259.2, 259, 259.3])
        #expect(estimate.source == .pulse && abs(estimate.factor - 1.0368) < 0.001)
        // A row of the usual length shows the whole sheet.
        #expect(size(594, 420).estimate(pulses: [pulse(5.1, 10.2)], rowLengths: [250.2, 254, 254]) == (1, .paper))
    }
}
