/// The folder of a finished run, and its summary for the terminal.
public struct RunOutcome: Sendable {
    public let folder: RunFolder
    public let summary: String

    package init(folder: RunFolder, summary: String) {
        self.folder = folder
        self.summary = summary
    }
}
