import HTTPTypes

/// What went wrong, in a word that programs may rely on: the `code` of every error body.
///
/// A code is never renamed and never given another meaning; new ones may come.
public enum ErrorCode: String, CaseIterable, Codable, Sendable {
    // The request as such.
    case malformedHTTP = "malformed_http"
    case malformedQuery = "malformed_query"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case unsupportedMediaType = "unsupported_media_type"
    case requestTimeout = "request_timeout"

    // Its body.
    case malformedMultipart = "malformed_multipart"
    case malformedJSON = "malformed_json"
    case malformedInput = "malformed_input"
    case tooManyFiles = "too_many_files"
    case tooManyParts = "too_many_parts"
    case unknownField = "unknown_field"
    case noFiles = "no_files"
    case fileTooLarge = "file_too_large"
    case bodyTooLarge = "body_too_large"

    // A picture.
    case emptyFile = "empty_file"
    case notAPicture = "not_a_picture"
    case damagedPicture = "damaged_picture"
    case unsupportedPicture = "unsupported_picture"
    case tooManyPixels = "too_many_pixels"
    case blankPicture = "blank_picture"
    case notAnECG = "not_an_ecg"
    /// Several pictures were sent and none was answered.
    case noAnswer = "no_answer"

    case unknownModel = "unknown_model"

    // Accounts.
    case invalidField = "invalid_field"
    case weakPassword = "weak_password"
    case passwordTooLong = "password_too_long"
    case wrongCredentials = "wrong_credentials"
    case notLoggedIn = "not_logged_in"
    case invalidToken = "invalid_token"
    case forgedRequest = "forged_request"
    case notAClinician = "not_a_clinician"
    case tooManyAttempts = "too_many_attempts"
    case unknownResult = "unknown_result"
    case noAccounts = "no_accounts"

    // The server.
    case storageUnavailable = "storage_unavailable"
    case busy = "busy"
    case shuttingDown = "shutting_down"
    case internalError = "internal_error"

    /// The status that goes with the code.
    public var status: HTTPResponse.Status {
        switch self {
        case .malformedHTTP, .malformedQuery, .malformedMultipart, .malformedJSON, .malformedInput, .unknownField,
            .noFiles,
            .tooManyFiles, .tooManyParts:
            .badRequest
        case .notFound, .unknownModel: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .unsupportedMediaType: .unsupportedMediaType
        case .requestTimeout: .requestTimeout
        case .fileTooLarge, .bodyTooLarge: .contentTooLarge
        case .emptyFile, .notAPicture, .damagedPicture, .unsupportedPicture, .tooManyPixels, .blankPicture, .notAnECG,
            .noAnswer:
            .unprocessableContent
        case .invalidField, .weakPassword, .passwordTooLong, .invalidToken: .badRequest
        case .wrongCredentials, .notLoggedIn: .unauthorized
        case .forgedRequest, .notAClinician: .forbidden
        case .tooManyAttempts: .tooManyRequests
        case .unknownResult: .notFound
        case .noAccounts: .notImplemented
        case .storageUnavailable, .busy, .shuttingDown: .serviceUnavailable
        case .internalError: .internalServerError
        }
    }

    /// When it is the answer: the line of the documentation.
    public var meaning: String {
        switch self {
        case .malformedHTTP: "The request is no HTTP that can be read."
        case .malformedQuery: "A parameter behind the path has a value that it cannot have."
        case .notFound: "There is no such path."
        case .methodNotAllowed: "The path does not know this method; the header Allow names those that it knows."
        case .unsupportedMediaType: "The body is of a type that the route does not read."
        case .requestTimeout: "The request did not arrive in the time that the limits give."
        case .malformedMultipart: "The multipart body breaks the rules of RFC 7578, or ends too early."
        case .malformedJSON: "The body is no JSON of the shape that the route reads."
        case .malformedInput: "An input of the inference request has another name, type, shape or content."
        case .tooManyFiles: "More files than the limits allow."
        case .tooManyParts: "More multipart parts than the limits allow."
        case .unknownField: "A multipart field that the route does not know."
        case .noFiles: "No file was sent."
        case .fileTooLarge: "A file has more bytes than the limits allow."
        case .bodyTooLarge: "The body has more bytes than the limits allow."
        case .emptyFile: "The file is empty."
        case .notAPicture: "The file is neither PNG nor JPEG by its content."
        case .damagedPicture: "The PNG or JPEG is damaged or incomplete."
        case .unsupportedPicture: "The PNG or JPEG is of a rare kind that is not read."
        case .tooManyPixels: "The picture has more pixels than the limits allow."
        case .blankPicture: "Nothing is drawn in the picture."
        case .notAnECG: "The picture is no ECG like those that the model learnt from."
        case .noAnswer: "None of several pictures could be answered; each has its own error under results."
        case .unknownModel: "The server has no model of this name."
        case .invalidField: "A field is missing, or has a value that it cannot have."
        case .weakPassword: "The password is too short, or one of those that are guessed first."
        case .passwordTooLong: "The password has more than 72 bytes, of which bcrypt would pass over the rest."
        case .wrongCredentials:
            "Address and password do not belong together, or the address has not been verified by its link."
        case .notLoggedIn: "The route is for accounts: log in first."
        case .invalidToken: "The link or its token is unknown, was used before or has expired."
        case .forgedRequest: "The form's token is missing or wrong, or the request comes from another site."
        case .notAClinician: "The route is for clinicians; the server's operator gives accounts that role."
        case .tooManyAttempts: "Too many attempts; the header Retry-After says when to try again."
        case .unknownResult: "The account has no result of this id."
        case .noAccounts: "The server runs without a database, and so without accounts."
        case .storageUnavailable: "The database is locked, full or cannot be read; try again later."
        case .busy: "The server has too much to do; the header Retry-After says when to ask again."
        case .shuttingDown: "The server is about to stop."
        case .internalError: "Something went wrong that should not; the server's log knows the request_id."
        }
    }
}
