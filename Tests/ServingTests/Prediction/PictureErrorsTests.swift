import Imaging
import Testing

@testable import APIErrors
@testable import Serving

struct PictureErrorsTests {
    private static let limits = Page.Limits(pixels: 40_000_000, side: 20_000, bytes: 20 << 20)

    @Test(
        arguments: [
            (
                .wrongKind(file: "x", found: "a PDF document"), .notAPicture,
                "This is a PDF document. Please upload a PNG or JPEG."
            ),
            (
                .tooLarge(file: "x", width: 8000, height: 6000, limits: limits), .tooManyPixels,
                "This picture has 8000 × 6000 pixels. The limit is 40 megapixels. Please use a smaller picture."
            ),
            (
                .tooLarge(file: "x", width: 30_000, height: 10, limits: limits), .tooManyPixels,
                "This picture has 30000 × 10 pixels. The limit is 20000 pixels on the longer side. Please use a smaller "
                    + "picture."
            ),
            (
                .tooManyBytes(file: "x", bytes: 30 << 20, limit: 20 << 20), .fileTooLarge,
                "This file is larger than 20 MB. Please use a smaller picture."
            ),
        ] as [(ImageError, ErrorCode, String)])
    func `an error has a code, the name of its file and a sentence with the limit`(
        error: ImageError, code: ErrorCode, reason: String
    ) {
        let found = APIError(ofPicture: "a.png", error)
        #expect(found == APIError(code, reason, file: "a.png"))
        #expect(found.message == "a.png: \(reason)")
    }

    @Test func `an internal error contains no details`() {
        struct Secret: Error {}
        #expect(APIError(ofPicture: "a.png", Secret()).reason == ErrorCode.internalError.sentence)
    }
}
