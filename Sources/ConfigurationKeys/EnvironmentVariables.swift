import Files

/// The environment variables of the programs: `HEARTSENSE_THREADS` and others.
package enum EnvironmentVariables {
    private static let prefix = "HEARTSENSE_"
    /// Prefix of the variables of tests and benchmarks.
    private static let testPrefix = "HEARTSENSE_TEST_"

    /// Variables that are not settings of the server.
    private static let others = [
        "HEARTSENSE_INSTRUCTIONS", "HEARTSENSE_MODELS", "HEARTSENSE_MPI", "HEARTSENSE_MPI_SILENCE",
    ]

    /// Checks the names of all variables that begin with `HEARTSENSE_`, and the number of threads.
    ///
    /// The settings of the server are accepted by every program, because programs share an environment.
    ///
    /// - Throws: `ConfigurationError.unknownVariable`, `.badValue`.
    package static func check(_ environment: [String: String]) throws {
        let keys = ServerKeys.table.keys
        let settings = keys.map(\.variable) + keys.filter(\.isSecret).map(\.fileVariable)
        let known = Set(settings + others)
        for name in environment.keys.sorted()
        where name.hasPrefix(prefix) && !name.hasPrefix(testPrefix) && !known.contains(name) {
            // All names have the prefix in common, which would make them similar.
            let nearest = NearestName.of(
                String(name.dropFirst(prefix.count)),
                among: (others + settings).map { String($0.dropFirst(prefix.count)) })
            throw ConfigurationError.unknownVariable(name: name, nearest: nearest.map { prefix + $0 })
        }
        guard let threads = ServerKeys.table["threads"], let text = environment[threads.variable],
            !threads.form.accepts(text)
        else { return }
        throw ConfigurationError.badValue(
            source: nil, key: threads.variable, found: text, expected: threads.form.expected)
    }
}
