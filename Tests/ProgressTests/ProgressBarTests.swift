import Testing

@testable import Progress

struct ProgressBarTests {
    @Test(arguments: [
        (0.0, "0 s"), (44.6, "45 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (3599.4, "59 min 59 s"),
        (3600, "1 h 00 min"), (3905, "1 h 05 min"), (90_000, "25 h 00 min"),
    ])
    func `durations have readable units`(seconds: Double, text: String) {
        #expect(ProgressBar.duration(seconds) == text)
    }
}
