import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Progress
@testable import Runs

struct EnvironmentRecordTests {
    @Test func `the record names program, machine and libraries, and reads back`() throws {
        let scratch = try Scratch()
        let record = EnvironmentRecord(workers: Workers(count: 3))
        try record.write(to: scratch("environment.json"))
        let back = try JSONDecoder().decode(
            EnvironmentRecord.self, from: Data(contentsOf: URL(fileURLWithPath: scratch("environment.json"))))
        #expect(back.heartsense == HeartSenseVersion.current && back.threads == 3 && back.cores >= 1)
        #expect(!back.openblasCore.isEmpty && back.openblasConfiguration.contains("OpenBLAS"))
        for (name, version) in [("HDF5", /1\.\d+\.\d+/), ("libpng", /1\.\d+\.\d+/)] {
            #expect(back.libraries[name]?.wholeMatch(of: version) != nil, "\(name)")
        }
        #expect(back.libraries["libcrypto"]?.contains("SSL") == true)
        #expect(back.gnuplot?.hasPrefix("gnuplot") ?? true)
        #expect((back.gitRevision == nil) == (back.gitDirty == nil))
    }
}
