import APIErrors
import Imaging

extension APIError {
    /// Creates an error for a picture that cannot be read.
    ///
    /// - Parameter name: The name of the picture in the response.
    init(ofPicture name: String, _ error: any Error) {
        let (code, reason): (ErrorCode, String?) =
            switch error as? ImageError {
            case .empty: (.emptyFile, "This file is empty. Please upload a PNG or JPEG.")
            case .wrongKind(_, let found):
                (.notAPicture, "This is \(found). Please upload a PNG or JPEG.")
            case .damaged(_, let format, let reason):
                (.damagedPicture, "This \(format) is damaged or incomplete: \(reason). Please save or export it again.")
            case .unsupported(_, let format, let found):
                (.unsupportedPicture, "This kind of \(format) is not supported: \(found). Please save it as a PNG.")
            case .tooLarge(_, let width, let height, let limits): (.tooManyPixels, Self.size(width, height, limits))
            case .tooManyBytes(_, _, let limit):
                (
                    .fileTooLarge,
                    "This file is larger than \(UploadLimits.words(bytes: limit)). Please use a smaller picture."
                )
            case .noInk: (.blankPicture, "This picture is blank. Please upload a picture of an ECG.")
            // An internal error may contain details of the server.
            case .cannotEncode, .preprocessing, nil: (.internalError, nil)
            }
        self.init(code, reason, file: name)
    }

    private static func size(_ width: Int, _ height: Int, _ limits: Page.Limits) -> String {
        let megapixels = (Double(limits.pixels) / 1e6).formatted(.number.precision(.fractionLength(0 ... 1)))
        let limit =
            max(width, height) > limits.side
            ? "\(limits.side) pixels on the longer side" : "\(megapixels) megapixels"
        return "This picture has \(width) × \(height) pixels. The limit is \(limit). Please use a smaller picture."
    }
}
