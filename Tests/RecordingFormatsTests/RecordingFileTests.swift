import Foundation
import Processes
import RecordingFormats
import Signals
import TestSupport
import Testing

/// All formats together.
struct RecordingFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let files: [(kind: RecordingKind, name: String, data: Data)] = [
        (.dicom, "a.dcm", SampleECG.dicom()), (.scp, "a.scp", SampleECG.scp()),
        (.aECG, "a.xml", Data(SampleECG.aECG().utf8)), (.muse, "b.xml", Data(SampleECG.muse().utf8)),
        (.edf, "a.edf", SampleECG.edf()), (.bdf, "a.bdf", SampleECG.edf(isBDF: true)),
    ]

    /// The program that a kind of file needs, unless it is installed.
    private static func missingProgram(_ kind: RecordingKind) -> String? {
        let program: String? = [.dicom: "dcm2json", .scp: "save2gdf"][kind]
        return program.flatMap { (try? ChildProcess.run($0, ["--version"])) == nil ? $0 : nil }
    }

    @Test(arguments: files.indices)
    func `a file gives its samples, sex and age, whatever its name is`(_ index: Int) throws {
        let (kind, _, data) = Self.files[index]
        let path = try scratch.write("anything", data)
        if let program = Self.missingProgram(kind) {
            let failure = #expect(throws: RecordingFormatError.self) { try RecordingFile(path) }
            #expect(failure?.description.contains("\(program) that reads this file is not installed") == true)
            return
        }
        let file = try RecordingFile(path)
        #expect(file.kind == kind)
        #expect(SampleECG.difference(file.recording) < 1e-6)
        #expect(file.recording.leads.count == (kind == .muse ? 12 : 8))
        #expect(file.patient.sex == .female)
        if kind != .edf, kind != .bdf { #expect(file.patient.age == 61) } else { #expect(file.patient.age == 50) }
        #expect(file.patient.diagnoses.isEmpty)
    }

    @Test(arguments: files.indices)
    func `a damaged file gives an error or finite samples, and no trap`(_ index: Int) throws {
        let (kind, _, data) = Self.files[index]
        guard Self.missingProgram(kind) == nil else { return }
        var generator = SeededBytes(state: UInt64(index + 1))
        let isChild = kind == .dicom || kind == .scp
        for round in 0 ..< (isChild ? 10 : 40) {
            var damaged = data
            if round % 4 == 0 {
                damaged = damaged.prefix(Int(generator.next() % UInt64(data.count)))
            } else {
                // Headers are at the start.
                let length = round % 2 == 0 ? min(2000, data.count) : data.count
                for _ in 0 ..< 1 + round % 5 {
                    damaged[Int(generator.next() % UInt64(length))] = UInt8(truncatingIfNeeded: generator.next())
                }
            }
            let path = try scratch.write("damaged", Data(damaged))
            do {
                let recording = try RecordingFile(path).recording
                #expect(recording.sampleCount > 0 && recording.samplingRate > 0)
            } catch {
                #expect(error is RecordingFormatError, "\(error)")
            }
        }
    }

    @Test func `a WFDB record is read by its name and by its header`() throws {
        var writer = WFDBRecordWriter()
        writer.patient = Patient(age: 44, sex: .male)
        try writer.write(SampleECG.recording, to: scratch("r"))
        for path in ["r", "r.hea"] {
            let file = try RecordingFile(scratch(path))
            #expect(file.kind == .wfdb && SampleECG.difference(file.recording) < 1e-4)
            #expect(file.patient == Patient(age: 44, sex: .male))
        }
    }

    private struct SeededBytes {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}
