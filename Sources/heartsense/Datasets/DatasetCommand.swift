import ArgumentParser

struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "Shows, audits and creates data sets.",
        subcommands: [
            DatasetShowCommand.self, DatasetAuditCommand.self, DatasetSynthesizeCommand.self,
            DatasetRenderCommand.self, DatasetImportCommand.self, DatasetSelectCommand.self,
            DatasetFeedbackCommand.self,
        ])
}
