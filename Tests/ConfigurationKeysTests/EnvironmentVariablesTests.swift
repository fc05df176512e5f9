import Testing

@testable import ConfigurationKeys

struct EnvironmentVariablesTests {
    @Test func `settings of the server and variables of other programs are accepted`() throws {
        try EnvironmentVariables.check([
            "HEARTSENSE_THREADS": "2", "HEARTSENSE_INSTRUCTIONS": "portable", "HEARTSENSE_MODELS": "weights",
            "HEARTSENSE_LIMITS_FILES": "3", "PATH": "/bin", "HEARTSENSEX": "1",
        ])
        try EnvironmentVariables.check(["HEARTSENSE_THREADS": "auto"])
    }

    @Test(arguments: [
        ("HEARTSENSE_TREADS", "HEARTSENSE_THREADS"), ("HEARTSENSE_LIMIT_FILES", "HEARTSENSE_LIMITS_FILES"),
        ("HEARTSENSE_MODEL", "HEARTSENSE_MODELS"), ("HEARTSENSE_", nil),
    ])
    func `an unknown variable is an error that names the nearest one`(name: String, nearest: String?) {
        let expected = ConfigurationError.unknownVariable(name: name, nearest: nearest)
        #expect(throws: expected) { try EnvironmentVariables.check([name: "1"]) }
        #expect(throws: expected) { _ = try Settings(environment: [name: "1"]) }
    }

    @Test(arguments: ["abc", "0", "-1", "1.5", "", "2000"])
    func `a number of threads that is none is an error`(text: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try EnvironmentVariables.check(["HEARTSENSE_THREADS": text])
        }
        #expect(
            error?.description.hasPrefix("HEARTSENSE_THREADS must be auto or a whole number from 1 to 1024") == true)
    }
}
