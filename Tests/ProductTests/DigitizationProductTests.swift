import Digitization
import Imaging
import Testing

/// The library product `Digitization` as another package sees it: nothing but its public interface.
struct DigitizationProductTests {
    @Test func `the example in the documentation runs`() {
        let page = Page(width: 60, height: 40, pixels: [UInt8](repeating: 255, count: 3 * 60 * 40))

        let digitized = PageDigitizer().digitize(page)
        for lead in digitized.recording.leads { print(lead.name, lead.samples.count { !$0.isNaN }, "samples") }
        print(digitized.isUsable, digitized.reasons.map(\.sentence))

        // White paper.
        #expect(!digitized.isUsable && !digitized.reasons.isEmpty)
    }
}
