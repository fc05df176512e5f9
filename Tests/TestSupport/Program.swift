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

    /// The environment of the tests without the variables that only tests read.
    package static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("HEARTSENSE_") || name == "HEARTSENSE_INSTRUCTIONS"
        }
    }

    /// - Parameter environment: variables in addition to those of the tests.
    package static func run(
        _ name: String, _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) throws -> ChildProcess.Outcome {
        try ChildProcess.run(
            path(name), arguments, in: folder,
            environment: self.environment.merging(environment) { $1 })
    }
}
