import Files
import TestSupport
import Testing

@testable import Uploads

struct UploadModelsTests {
    @Test func `a folder has the versions of a model, and the last one is the default`() throws {
        let scratch = try Scratch()
        let paths = try [SmallModel.path, SmallModel.otherVersion.get()]
        for (path, name) in zip(paths, ["versions/v9.h5", "versions/v10.h5"]) {
            try scratch.write(name, FileContent.bytes(of: path))
        }
        try scratch.write("versions/notes.txt", "text")
        let digests = try paths.map { try UploadModels(contentsOf: [$0]).all[0].digest }
        #expect(digests[0] != digests[1])
        let models = try UploadModels(contentsOf: [scratch("versions")])
        #expect(models.pictures.map(\.model.digest) == [digests[1]])
        #expect(models.versions.map(\.model.digest) == [digests[1], digests[0]])
        #expect(models.defaults.count == 1 && models.all.count == 2)
        // The order of the files is that of the versions.
        #expect(try UploadModels(contentsOf: paths + paths).versions.map(\.model.digest) == digests)
        try scratch.write("empty/notes.txt", "text")
        #expect(throws: FileError.cannotRead(path: scratch("empty"), reason: "the folder has no .h5 file")) {
            try UploadModels(contentsOf: [scratch("empty")])
        }
    }
}
