import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra
import Processes
import Progress

/// The software and hardware of a run, to explain differences between runs. No result depends on it.
public struct EnvironmentRecord: Codable, Sendable {
    public let heartsense: String
    /// The checkout's commit, if the program runs inside one.
    public let gitRevision: String?
    /// Whether the checkout had uncommitted changes.
    public let gitDirty: Bool?
    public let system: String
    public let processor: String
    public let cores: Int
    public let threads: Int
    public let memoryBytes: UInt64
    public let openblasCore: String
    public let openblasConfiguration: String
    public let gnuplot: String?
    /// The versions of the loaded libraries, by name.
    public let libraries: [String: String]
    public let command: [String]
    public let startedAt: String

    public init(workers: Workers) {
        heartsense = HeartSenseVersion.current
        gitRevision = Self.output(of: ["git", "rev-parse", "HEAD"])
        gitDirty = Self.output(of: ["git", "status", "--porcelain"]).map { !$0.isEmpty }
        system = ProcessInfo.processInfo.operatingSystemVersionString
        processor = Self.processorName
        cores = ProcessInfo.processInfo.activeProcessorCount
        threads = workers.count
        memoryBytes = ProcessInfo.processInfo.physicalMemory
        openblasCore = BLAS.coreName
        openblasConfiguration = BLAS.configuration
        gnuplot = Self.output(of: ["gnuplot", "--version"])
        libraries = ["HDF5": HDF5Library.version, "libpng": PNGLibrary.version, "libcrypto": Digest.library]
        command = ProcessInfo.processInfo.arguments
        startedAt = RunFolder.timeStamp(.log)
    }

    /// Writes the record as JSON.
    package func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(try encoder.encode(self) + Data("\n".utf8), to: path)
    }

    private static var processorName: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line.map { $0.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "" }
            ?? "unknown"
    }

    private static func output(of command: [String]) -> String? {
        guard let outcome = try? ChildProcess.run(command[0], Array(command.dropFirst())).succeeded() else {
            return nil
        }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
