import ArgumentParser
import Files

/// The names of subcommands in a command line.
enum SubcommandName {
    /// Checks the leading words, which name a command below `command`.
    ///
    /// - Throws: `ValidationError` with the most similar name.
    static func check(_ words: ArraySlice<String>, below command: any ParsableCommand.Type) throws {
        let subcommands = command.configuration.subcommands
        guard !subcommands.isEmpty, let word = words.first, !word.hasPrefix("-"), word != "help" else { return }
        let names = subcommands.map { $0._commandName }
        if let place = names.firstIndex(of: word) { return try check(words.dropFirst(), below: subcommands[place]) }
        throw ValidationError(
            "Unknown subcommand '\(word)'. "
                + (NearestName.of(word, among: names).map { "Did you mean '\($0)'?" }
                    ?? "Subcommands: \(names.joined(separator: ", "))."))
    }
}
