import ArgumentParser
import Digitization

struct DigitizationMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digitization", abstract: "Digitizes a page, including the helper programs.")

    @Argument(help: "A page.") var page: String

    /// Pages in one round.
    private static let repetitions = 5

    func run() throws {
        var leads = 0
        let startup = try Rounds.seconds {
            leads = try PageDigitizer().digitize(contentsOf: page).pages[0].recording.leads.count
        }
        // Helper programs are other processes, so this is the elapsed time. `run.py` gives all of them one core.
        try Rounds.serve(startup: startup, extra: ["leads": leads]) {
            let seconds = try Rounds.seconds {
                for _ in 0 ..< Self.repetitions { _ = try PageDigitizer().digitize(contentsOf: page) }
            }
            return ["seconds": seconds, "items": Self.repetitions]
        }
    }
}
