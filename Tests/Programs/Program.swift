import Foundation

/// The built programs, which stand beside the test bundle.
public enum Program {
    public static func path(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    /// - Parameter environment: beside that of the tests.
    public static func run(
        _ name: String, _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) throws -> Child.Outcome {
        try Child.run(
            path(name), arguments, in: folder,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
    }
}
