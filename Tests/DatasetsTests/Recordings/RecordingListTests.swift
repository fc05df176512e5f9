import Files
import Foundation
import Signals
import TestSupport
import Testing

@testable import Datasets

@Suite struct RecordingListTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func mapping() throws -> StatementMapping {
        try StatementMapping(
            contentsOf: SharedMaterial.checkout.appendingPathComponent("datasets/labels/conditions.yaml").path)
    }

    private func record(_ name: String, _ comments: [String] = []) throws {
        var writer = WFDBRecordWriter()
        writer.comments = comments
        try AtomicFile.makeFolder(scratch("data"))
        try writer.write(
            Recording(samplingRate: 100, leads: [.init(name: "I", samples: [0, 0.1, 0.2])]), to: scratch("data/\(name)")
        )
    }

    @Test func `records are listed with the labels of PTB-XL's table`() throws {
        for name in ["00001_lr", "00001_hr", "00002_lr", "00003_lr", "00004_lr", "00005_lr"] { try record(name) }
        try scratch.write(
            "data/table.csv",
            """
            ecg_id,patient_id,age,sex,scp_codes,strat_fold
            1,15709,56,1,"{'NORM': 100.0, 'SR': 0.0}",3
            2,13243.0,19,0,"{'AFIB': 100.0, 'IMI': 15.0}",2
            3,7,30,1,"{'SR': 0.0}",2
            4,8,30,1,"{'LVH': 0.0}",10

            """)
        let list = try RecordingList(
            folder: scratch("data"), mapping: mapping(), suffix: "_lr", leftOut: [10])
        #expect(list.samples.map { RecordFolder.name(of: $0.path) } == ["00001_lr", "00002_lr"])
        #expect((list.excluded, list.unlabeled, list.unstated) == (1, 1, 1))
        try list.write(to: scratch("set"))
        #expect(
            try scratch.text("set/manifest.csv") == """
                path,labels,group,fold,age,sex
                ../data/00001_lr,normal,15709,3,56,female
                ../data/00002_lr,supraventricular|infarction,13243,2,19,male

                """)
        try list.write(to: scratch("copy"), copying: true)
        #expect(try scratch.text("copy/manifest.csv").contains("\nrecords/00001_lr,normal,"))
        #expect(try scratch.data("copy/records/00001_lr.dat") == scratch.data("data/00001_lr.dat"))
        #expect(try Dataset(contentsOf: scratch("copy")).count == 2)
        let dataset = try Dataset(contentsOf: scratch("set"))
        #expect(dataset.samples.map(\.group) == ["15709", "13243"])
        #expect(dataset.labelSpace == list.mapping.labelSpace)
    }

    @Test func `without a table the codes in the headers count`() throws {
        try record("a", ["Age: 73", "Sex: Female", "Dx: 164889003,55827005"])
        try record("b", ["Dx: 426783006"])
        try record("c", ["Dx: 39732003"])
        let list = try RecordingList(folder: scratch("data"), mapping: mapping())
        let codes = list.mapping.labelSpace.codes
        #expect(list.samples.map { $0.labels.map { codes[$0] } } == [["supraventricular", "hypertrophy"], ["normal"]])
        #expect(list.samples[0].columns == ["age": "73", "sex": "female"])
        #expect(list.unlabeled == 1)
    }

    @Test func `a folder without records or labels is refused`() throws {
        try record("a")
        #expect(throws: DatasetError.self) { try RecordingList(folder: scratch("data"), mapping: mapping()) }
        #expect(throws: RenderingError.self) {
            try RecordingList(folder: scratch("data"), mapping: mapping(), suffix: "_hr")
        }
    }
}
