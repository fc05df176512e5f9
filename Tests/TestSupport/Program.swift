import Foundation
import Processes

/// The name under which tests know a program that runs beside them.
package typealias Child = ChildProcess

/// The built programs, which stand beside the test bundle.
package enum Program {
    package static func path(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    /// - Parameter environment: beside that of the tests.
    package static func run(
        _ name: String, _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) throws -> ChildProcess.Outcome {
        try ChildProcess.run(
            path(name), arguments, in: folder,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
    }
}
