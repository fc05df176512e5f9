import Testing

@testable import Imaging

struct ContrastStretchTests {
    @Test func `the range becomes black to white`() {
        let image = GrayImage(width: 4, height: 1, pixels: [50, 100, 125, 150])
        #expect(image.stretched(percentile: 0).pixels == [0, 128, 191, 255])
    }

    @Test func `levels beyond the percentiles are clipped`() {
        // Ten levels: the 10th percentile is the lowest, the 80th of them the eighth.
        let image = GrayImage(width: 10, height: 1, pixels: [0, 60, 70, 80, 90, 100, 110, 160, 200, 255])
        #expect(image.stretched(percentile: 20).pixels == [0, 0, 26, 51, 77, 102, 128, 255, 255, 255])
    }

    @Test func `a picture with equal percentiles stays as it is`() {
        let image = GrayImage(width: 10, height: 1, pixels: [0] + Array(repeating: 255, count: 9))
        #expect(image.stretched(percentile: 11) == image)
        #expect(image.stretched(percentile: 10) == image)
        let uniform = GrayImage(width: 3, height: 1, pixels: [7, 7, 7])
        #expect(uniform.stretched(percentile: 0) == uniform)
    }
}
