import Foundation
import Processes

/// A program that runs during a test.
package typealias Child = ChildProcess

/// The built programs in the folder of the test bundle.
package enum Program {
    package static func path(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    /// - Parameter environment: variables in addition to those of the tests.
    package static func run(
        _ name: String, _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) throws -> ChildProcess.Outcome {
        try ChildProcess.run(
            path(name), arguments, in: folder,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
    }
}
