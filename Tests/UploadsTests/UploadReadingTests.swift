import APIErrors
import Foundation
import Imaging
import Inference
import LinearAlgebra
import PageDrawing
import Signals
import Synchronization
import TestSupport
import Testing

@testable import Uploads

struct UploadReadingTests {
    private let reading = UploadReading(models: UploadModels())

    private func code(_ files: [UploadedFile]) -> ErrorCode? {
        do {
            _ = try reading.read(files)
            return nil
        } catch {
            return (error as? APIError)?.code
        }
    }

    @Test func `the cost of files is that of their pixels`() throws {
        let picture = UploadedFile(name: "a.png", bytes: try SpikePicture.png(1))
        let pixels = SpikePicture.width * SpikePicture.height
        #expect(UploadReading.cost(of: [picture, picture]) == 2 * pixels)
        let pdf = UploadedFile(name: "a.pdf", bytes: Data("%PDF-1.7".utf8))
        #expect(UploadReading.cost(of: [picture, pdf]) > 1_000_000)
        #expect(UploadReading.cost(of: try SampleUploads.pair()) > 10_000)
    }

    @Test func `the reading ends at a page whose checkpoint throws`() throws {
        let picture = UploadedFile(name: "a.png", bytes: try SpikePicture.png(1))
        var reading = reading
        let pages = Mutex(0)
        reading.checkpoint = {
            try pages.withLock { count in
                count += 1
                if count == 2 { throw CancellationError() }
            }
        }
        #expect(throws: CancellationError.self) { try reading.read([picture, picture, picture]) }
        #expect(pages.withLock { $0 } == 2)
    }

    @Test func `a WFDB pair is read in any order of its files, with the samples of the record`() throws {
        let pair = try SampleUploads.pair()
        for files in [pair, pair.reversed()] {
            let ecg = try reading.read(files)
            #expect(ecg.recording == (try SampleUploads.recording()))
            #expect(Set(ecg.files.map(\.kind)) == [.recording] && ecg.file == "00003_lr.hea")
            #expect(ecg.files.map(\.understood).contains("WFDB recording, 12 leads, 10 s, 100 Hz"))
        }
    }

    @Test func `a signal file that a browser has renamed is found, and annotations are named`() throws {
        let pair = try SampleUploads.pair()
        let ecg = try reading.read([
            pair[0], UploadedFile(name: "00003_lr (1).dat", bytes: pair[1].bytes),
            UploadedFile(name: "00003_lr.atr", bytes: Data([0x01, 0x70, 0, 0])),
        ])
        #expect(ecg.files.map(\.kind) == [.recording, .recording, .annotations])
        #expect(ecg.recording?.leads.count == 12)
    }

    @Test func `what cannot be used is refused by code`() throws {
        let pair = try SampleUploads.pair()
        #expect(code([]) == .noFiles)
        #expect(code([pair[0]]) == .missingFile)
        #expect(code([pair[1]]) == .missingFile)
        #expect(code([UploadedFile(name: "a.pdf", bytes: Data())]) == .emptyFile)
        #expect(code([UploadedFile(name: "a.pdf", bytes: Data("%PDF-1.4\n%%EOF\n".utf8))]) == .unreadable)
        #expect(code([UploadedFile(name: "a.txt", bytes: Data("hello".utf8))]) == .notARecording)
        #expect(code([UploadedFile(name: "a.csv", bytes: Data("I,II\n1,2\n3,4\n".utf8))]) == .noUnits)
        let other = UploadedFile(name: "b.hea", bytes: Data("b 1 100 10\nb.dat 16 200 16 0 0 0 0 I\n".utf8))
        #expect(code(pair + [other]) == .severalRecordings)
        // A header whose signal file would be the header itself, or a file outside.
        let signals = UploadedFile(name: "x.dat", bytes: pair[1].bytes)
        func header(_ file: String) -> UploadedFile {
            UploadedFile(name: "a.hea", bytes: Data("a 1 100 10\n\(file) 16 200 16 0 0 0 0 I\n".utf8))
        }
        #expect(code([header("a.hea"), signals]) == .missingFile)
        #expect(code([header("../x.dat"), signals]) == .unreadable)
        let picture = UploadedFile(
            name: "a.png", bytes: try Page(width: 8, height: 8, pixels: [UInt8](repeating: 255, count: 192)).pngData())
        #expect(code(pair + [picture]) == .severalRecordings)
    }

    @Test func `a header cannot make the server read files of its own`() {
        for name in ["/etc/passwd", "../secret", "~root"] {
            let header = UploadedFile(name: "a.hea", bytes: Data("a 1 100 10\n\(name) 16 200 16 0 0 0 0 I\n".utf8))
            #expect(code([header]) == (name.contains("/") ? .unreadable : .missingFile), "\(name)")
        }
    }

    @Test func `a table of samples is read`() throws {
        let rows = (0 ..< 1000).map { "\(Double($0) / 100),\(sin(Double($0) / 10))" }
        let text = "time_s,I_mV\n" + rows.joined(separator: "\n") + "\n"
        let ecg = try reading.read([UploadedFile(name: "a.csv", bytes: Data(text.utf8))])
        #expect(ecg.files[0].understood == "CSV recording, 1 lead, 10 s, 100 Hz")
    }

    @Test func `what is stored reads back to the same bits`() throws {
        var ecg = try reading.read(try SampleUploads.pair())
        ecg.scale.speed = 50
        let again = try UploadedECG(json: try ecg.json(), samples: ecg.samples)
        #expect(again.recording == ecg.recording && again.scale == ecg.scale && again.files == ecg.files)
    }
}
