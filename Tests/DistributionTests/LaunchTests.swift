import Testing

@testable import Distribution

struct LaunchTests {
    @Test func `the variables of launchers give the number of processes`() {
        #expect(Launch([:]).size == 1)
        #expect(Launch(["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "0"]).size == 4)
        #expect(Launch(["PMI_SIZE": "3", "PMI_RANK": "2"]).size == 3)
        #expect(Launch(["SLURM_STEP_NUM_TASKS": "8", "SLURM_PROCID": "5"]).isShared)
    }

    @Test func `a batch script of Slurm is one process, and so is an invalid number`() {
        #expect(!Launch(["SLURM_NTASKS": "8", "SLURM_PROCID": "0"]).isShared)
        #expect(!Launch(["OMPI_COMM_WORLD_SIZE": "4"]).isShared)
        #expect(!Launch(["PMI_SIZE": "many", "PMI_RANK": "0"]).isShared)
        #expect(Launch(["PMI_SIZE": "-2", "PMI_RANK": "0"]).size == 1)
    }
}
