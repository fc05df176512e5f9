import Foundation
import Imaging
import Logging
import TestSupport
import Testing

@testable import Serving

struct PictureStoreTests {
    @Test func `only the user of the server can read kept pictures`() async throws {
        let scratch = try Scratch()
        let store = try PictureStore(
            .init(folder: scratch("kept"), hours: 1), limits: Page.Limits(), logger: Logger(label: "test"))
        let prediction = try SampleAnswers.prediction()
        await store.keep(
            [(UploadedPicture(name: "a.png", bytes: try SpikePicture.png(1)), prediction)],
            logger: Logger(label: "test"))
        #expect(try scratch.mode(of: "kept") == 0o700)
        #expect(try scratch.mode(of: "kept/\(prediction.id).png") == 0o600)
    }
}
