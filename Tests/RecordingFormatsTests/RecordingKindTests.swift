import Files
import Foundation
import RecordingFormats
import TestSupport
import Testing

struct RecordingKindTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let others: [(content: Data, found: String)] = [
        (Data(), "an empty file"), (Data("%PDF-1.7\n".utf8), "a PDF document"),
        (Data([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]), "a PNG picture"),
        (Data([0xFF, 0xD8, 0xFF, 0xE0]), "a JPEG picture"),
        (Data("# Title\n\nSome text, with a comma.\nMore text, of two\n".utf8), "text that is not a table of samples"),
        (Data("{\"a\": 1}\n".utf8), "text that is not a table of samples"),
        (Data("<html><body/></html>".utf8), "a web page"),
        (Data("<?xml version='1.0'?><!-- c --><h:other/>".utf8), "an XML file with the element 'other'"),
        (Data([0, 1, 2, 3]), "a file of unknown kind"),
    ]

    @Test(arguments: others.indices)
    func `a file of another kind is named in one sentence`(_ index: Int) throws {
        let path = try scratch.write("x.edf", Self.others[index].content)
        let failure = #expect(throws: RecordingFormatError.self) { try RecordingKind(of: path) }
        #expect(
            failure?.description == """
                \(path): found \(Self.others[index].found), expected a recording: WFDB, DICOM, SCP-ECG, HL7 aECG, \
                MUSE XML, EDF, BDF, CSV. Export the recording in one of these formats. Read PDF files and pictures with \
                heartsense digitize.
                """)
        #expect(failure?.code == "not_a_recording")
    }

    @Test func `a pipe is refused with the reason`() throws {
        let path = try scratch.makePipe("pipe")
        let failure = #expect(throws: FileError.self) { try RecordingKind(of: path) }
        #expect(failure?.description.hasPrefix("\(path): cannot be read: it is a pipe or device") == true)
    }

    @Test func `the signal file of a record points to its header`() throws {
        try scratch.write("r.hea", "r 1 100 1\nr.dat 16 200\n")
        let path = try scratch.write("r.dat", Data([0, 1]))
        let failure = #expect(throws: RecordingFormatError.self) { try RecordingKind(of: path) }
        #expect(failure?.description.contains("give its .hea file instead") == true)
    }

    @Test func `a missing file and a folder are errors of files`() throws {
        #expect(throws: FileError.missing(path: scratch("no"))) { try RecordingKind(of: scratch("no")) }
        #expect(throws: FileError.isFolder(path: scratch.path)) { try RecordingKind(of: scratch.path) }
    }

    @Test(arguments: [
        "time_s,I_mV\n0,1\n0.1,2\n", "# sampling_rate_hz=100 units=mV\nI\n1\n", "I;II\r\n1,5;2,5\r\n",
        "'Elapsed time','MLII'\n'seconds','mV'\n0.000,-0.145\n", "I\tII\n1\t2\n3\t4\n",
    ])
    func `columns of numbers under names are CSV`(_ text: String) throws {
        #expect(try RecordingKind(of: scratch.write("x", text)) == .csv)
    }
}
