import Foundation
import TestSupport
import Testing

@testable import Distribution

struct MPILibraryTests {
    @Test func `a missing bridge is an error that says how to build it`() {
        #expect(throws: DistributionError.noBridge(path: "/nowhere/bridge.so")) {
            try MPILibrary(expected: 2, path: "/nowhere/bridge.so")
        }
        #expect("\(DistributionError.noBridge(path: "a.so"))".contains("make mpi"))
    }

    @Test func `the bridge is next to the program, or where the variable says`() {
        #expect(MPILibrary.path(["HEARTSENSE_MPI": "/opt/bridge.so"]) == "/opt/bridge.so")
        #expect(MPILibrary.path([:]).hasSuffix("/libheartsense-mpi.so"))
    }

    @Test func `a file that is not a library and a library without the functions are rejected`() throws {
        let scratch = try Scratch()
        let text = try scratch.write("text.so", "no library")
        #expect {
            try MPILibrary(expected: 2, path: text)
        } throws: {
            "\($0)".hasPrefix("\(text): the bridge to MPI cannot be used")
        }
        let other = try #require(
            ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6", "/lib64/libm.so.6"].first(
                where: FileManager.default.fileExists))
        #expect(
            throws: DistributionError.cannotLoad(path: other, reason: "it has no function heartsense_mpi_version")
        ) {
            try MPILibrary(expected: 2, path: other)
        }
    }
}
