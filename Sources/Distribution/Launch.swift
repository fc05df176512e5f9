import Foundation

/// The launcher that started this process: `mpirun`, `srun` or none.
public struct Launch: Equatable, Sendable {
    /// The number of processes that the launcher started.
    public let size: Int

    /// The variables with the number of processes, and one that must be set with it. A batch script of Slurm has
    /// variables of the job too, but only a process of `srun` has those of a step.
    private static let variables = [
        (size: "OMPI_COMM_WORLD_SIZE", process: "OMPI_COMM_WORLD_RANK"), (size: "PMI_SIZE", process: "PMI_RANK"),
        (size: "SLURM_STEP_NUM_TASKS", process: "SLURM_PROCID"),
    ]

    /// Reads the variables that launchers set.
    public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        let sizes = Self.variables.compactMap { names in
            environment[names.process].flatMap { _ in environment[names.size] }.flatMap(Int.init)
        }
        size = max(1, sizes.first ?? 1)
    }

    /// Whether there are other processes.
    public var isShared: Bool { size > 1 }
}
