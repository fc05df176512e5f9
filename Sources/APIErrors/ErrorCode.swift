import HTTPTypes

/// The `code` of an error response.
///
/// This table is the only definition of the codes, their statuses and their sentences. Error responses, pages and
/// `GET /openapi.json` use it. A code is never renamed or redefined; new codes may be added.
public enum ErrorCode: String, CaseIterable, Codable, Sendable {
    // HTTP.
    case malformedHTTP = "malformed_http"
    case malformedQuery = "malformed_query"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case unsupportedMediaType = "unsupported_media_type"
    case unsupportedTransferEncoding = "unsupported_transfer_encoding"
    case requestTimeout = "request_timeout"

    // The body of a request.
    case malformedMultipart = "malformed_multipart"
    case malformedJSON = "malformed_json"
    case malformedInput = "malformed_input"
    case tooManyFiles = "too_many_files"
    case tooManyParts = "too_many_parts"
    case unknownField = "unknown_field"
    case noFiles = "no_files"
    case fileTooLarge = "file_too_large"
    case bodyTooLarge = "body_too_large"

    // Pictures.
    case emptyFile = "empty_file"
    case notAPicture = "not_a_picture"
    case damagedPicture = "damaged_picture"
    case unsupportedPicture = "unsupported_picture"
    case tooManyPixels = "too_many_pixels"
    case blankPicture = "blank_picture"
    case notAnECG = "not_an_ecg"
    case noAnswer = "no_answer"

    // Pages, with the codes of `heartsense digitize`.
    case noPageFound = "no_page_found"
    case noGrid = "no_grid"
    case unknownLayout = "unknown_layout"
    case tracesMerge = "traces_merge"
    case strokesMissing = "strokes_missing"
    case leadsInconsistent = "leads_inconsistent"
    case tooSmall = "too_small"
    case blurred = "blurred"
    case cutOff = "cut_off"
    case unreadable = "unreadable"
    case passwordProtected = "password_protected"
    case tooManyPages = "too_many_pages"
    case timeout = "timeout"
    case memoryLimit = "memory_limit"

    // Recordings, with the codes of `heartsense analyze`.
    case notARecording = "not_a_recording"
    case unsupported = "unsupported"
    case noVoltage = "no_voltage"
    case tooLarge = "too_large"
    case noSamplingRate = "no_sampling_rate"
    case noUnits = "no_units"
    case notInstalled = "not_installed"
    case outputLimit = "output_limit"

    // Uploads.
    case missingFile = "missing_file"
    case severalRecordings = "several_recordings"
    case unknownLeads = "unknown_leads"
    case invalidCorrection = "invalid_correction"

    case unknownModel = "unknown_model"
    case missingModel = "missing_model"

    // Accounts.
    case invalidField = "invalid_field"
    case weakPassword = "weak_password"
    case passwordTooLong = "password_too_long"
    case wrongCredentials = "wrong_credentials"
    case notLoggedIn = "not_logged_in"
    case invalidToken = "invalid_token"
    case forgedRequest = "forged_request"
    case notAClinician = "not_a_clinician"
    case networkNotAllowed = "network_not_allowed"
    case tooManyAttempts = "too_many_attempts"
    case unknownResult = "unknown_result"
    case noAccounts = "no_accounts"

    // The server.
    case storageUnavailable = "storage_unavailable"
    case busy = "busy"
    case shuttingDown = "shutting_down"
    case internalError = "internal_error"

    /// The HTTP status of responses with this code.
    public var status: HTTPResponse.Status { definition.status }

    /// The meaning of the code, for users. It is the message of errors without a more specific one.
    public var sentence: String { definition.sentence }

    private var definition: (status: HTTPResponse.Status, sentence: String) {
        switch self {
        case .malformedHTTP: (.badRequest, "The request is not valid HTTP/1.1.")
        case .malformedQuery: (.badRequest, "A query parameter has an invalid value.")
        case .notFound: (.notFound, "This path does not exist.")
        case .methodNotAllowed:
            (.methodNotAllowed, "The path does not support this method. The header Allow lists the supported ones.")
        case .unsupportedMediaType: (.unsupportedMediaType, "The body has an unsupported Content-Type.")
        case .unsupportedTransferEncoding:
            (
                .notImplemented,
                "The request has a Transfer-Encoding other than chunked. Send gzip and deflate as Content-Encoding."
            )
        case .requestTimeout: (.requestTimeout, "The request took too long to arrive.")
        case .malformedMultipart: (.badRequest, "The multipart body is incomplete or does not conform to RFC 7578.")
        case .malformedJSON: (.badRequest, "The body is not valid JSON of the expected structure.")
        case .malformedInput:
            (.badRequest, "An input of the inference request has an invalid name, type, shape or content.")
        case .tooManyFiles: (.badRequest, "The request has too many files.")
        case .tooManyParts: (.badRequest, "The multipart body has too many parts.")
        case .unknownField: (.badRequest, "The request has an unknown field.")
        case .noFiles: (.badRequest, "The request has no file.")
        case .fileTooLarge: (.contentTooLarge, "A file is too large.")
        case .bodyTooLarge: (.contentTooLarge, "The body of the request is too large.")
        case .emptyFile: (.unprocessableContent, "The file is empty.")
        case .notAPicture: (.unprocessableContent, "The content of the file is neither PNG nor JPEG.")
        case .damagedPicture: (.unprocessableContent, "The PNG or JPEG is damaged or incomplete.")
        case .unsupportedPicture: (.unprocessableContent, "This kind of PNG or JPEG is not supported.")
        case .tooManyPixels: (.unprocessableContent, "The picture has too many pixels.")
        case .blankPicture: (.unprocessableContent, "The picture is blank.")
        case .notAnECG:
            (.unprocessableContent, "This doesn't look like the ECG pictures this model was trained on.")
        case .noAnswer:
            (.unprocessableContent, "None of the pictures has a result. Each has its own error under results.")
        case .noPageFound: (.unprocessableContent, "No ECG page was found in the picture.")
        case .noGrid: (.unprocessableContent, "The scale of the page is unknown.")
        case .unknownLayout: (.unprocessableContent, "The leads on the page could not be named.")
        case .tracesMerge: (.unprocessableContent, "Traces of different leads run into each other.")
        case .strokesMissing: (.unprocessableContent, "Steep strokes of the traces were not read.")
        case .leadsInconsistent: (.unprocessableContent, "The limb leads contradict each other.")
        case .tooSmall: (.unprocessableContent, "The picture of the page has too few pixels.")
        case .blurred: (.unprocessableContent, "The picture of the page is blurred.")
        case .cutOff: (.unprocessableContent, "A part of the page is cut off.")
        case .unreadable: (.unprocessableContent, "The file is damaged or has a format that cannot be read.")
        case .passwordProtected: (.unprocessableContent, "The PDF is protected by a password.")
        case .tooManyPages: (.unprocessableContent, "The file has too many pages.")
        case .timeout: (.unprocessableContent, "Reading the file took too long and was stopped.")
        case .memoryLimit: (.unprocessableContent, "Reading the file needs too much memory and was stopped.")
        case .notARecording: (.unprocessableContent, "The file is neither a page nor a recording of an ECG.")
        case .unsupported: (.unprocessableContent, "The recording has content that is not supported.")
        case .noVoltage: (.unprocessableContent, "The recording has no signal in millivolts.")
        case .tooLarge: (.unprocessableContent, "The recording is too long.")
        case .noSamplingRate: (.unprocessableContent, "The table has no sampling rate.")
        case .noUnits: (.unprocessableContent, "The table has no units.")
        case .notInstalled: (.unprocessableContent, "A program that reads this kind of file is not installed.")
        case .outputLimit: (.unprocessableContent, "The recording is too large when unpacked.")
        case .missingFile: (.unprocessableContent, "A file that belongs to the recording is missing.")
        case .severalRecordings: (.unprocessableContent, "The files are of several ECGs.")
        case .unknownLeads: (.unprocessableContent, "The lead on a picture is not named.")
        case .invalidCorrection: (.badRequest, "A correction is not possible for this recording.")
        case .unknownModel: (.notFound, "The server has no model with this name.")
        case .missingModel: (.unprocessableContent, "The server has no model for this kind of file.")
        case .invalidField: (.badRequest, "A field is missing or has an invalid value.")
        case .weakPassword: (.badRequest, "The password is too short or too easy to guess.")
        case .passwordTooLong: (.badRequest, "The password is longer than 512 bytes.")
        case .wrongCredentials: (.unauthorized, "Wrong e-mail or password, or the address isn't confirmed yet.")
        case .notLoggedIn: (.unauthorized, "Please log in first.")
        case .invalidToken: (.badRequest, "This link is invalid, already used or expired.")
        case .forgedRequest:
            (.forbidden, "The token of the form is missing or wrong, or another site sent the request.")
        case .notAClinician: (.forbidden, "Only clinicians have access. The operator of the server grants the role.")
        case .networkNotAllowed:
            (.forbidden, "Clinicians can log in only from the networks that the operator has chosen.")
        case .tooManyAttempts: (.tooManyRequests, "Too many attempts. The Retry-After header has the waiting time.")
        case .unknownResult: (.notFound, "There is no result with this id, or it was deleted.")
        case .noAccounts: (.notImplemented, "This server has no accounts.")
        case .storageUnavailable:
            (.serviceUnavailable, "The database is temporarily unavailable. Please try again later.")
        case .busy: (.serviceUnavailable, "The server is busy. The Retry-After header has the waiting time.")
        case .shuttingDown: (.serviceUnavailable, "The server is shutting down.")
        case .internalError:
            (.internalServerError, "An internal error occurred. The server's log has details under the request_id.")
        }
    }
}
