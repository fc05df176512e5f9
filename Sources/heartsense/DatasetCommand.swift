import ArgumentParser

struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "Shows and makes data sets.",
        subcommands: [DatasetShowCommand.self, DatasetSynthesizeCommand.self])
}
