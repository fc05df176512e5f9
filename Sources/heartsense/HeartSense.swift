import ArgumentParser

@main
struct HeartSense: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "heartsense")
}
