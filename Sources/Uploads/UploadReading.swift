import APIErrors
import Datasets
import Digitization
import Files
import Foundation
import Imaging
import Inference
import LinearAlgebra
import RecordingFormats
import Signals

/// Reads the files of one patient as one ECG. The content of a file tells its kind.
package struct UploadReading {
    let models: UploadModels
    let options: UploadOptions
    /// Whether overlays show nothing that names the patient.
    let deidentifies: Bool
    let limits: Page.Limits
    /// Called before each page. An error that it throws ends the reading.
    package var checkpoint: @Sendable () throws -> Void = {}

    /// - Parameter limits: the largest picture of a beat that is read.
    package init(
        models: UploadModels, options: UploadOptions = UploadOptions(), deidentifies: Bool = true,
        limits: Page.Limits = Page.Limits()
    ) {
        (self.models, self.options, self.deidentifies, self.limits) = (models, options, deidentifies, limits)
    }

    /// The most samples of all leads.
    static let sampleLimit = 1 << 23

    /// Returns the cost of reading files, in decoded pixels.
    ///
    /// The pages of a PDF and pictures in other formats than PNG and JPEG have an unknown size until a helper program
    /// reads them. They cost as much as usual pages and photos.
    package static func cost(of files: [UploadedFile]) -> Int {
        files.reduce(0) { sum, file in
            switch FileKind(of: file.bytes) {
            case .png, .jpeg: sum + Page.decodingCost(of: file.bytes)
            case .pdf: sum + 4_000_000
            case .otherPicture: sum + 12_000_000
            // Reading a byte of a recording takes about as long as reading a pixel.
            default: sum + file.bytes.count
            }
        }
    }

    /// - Parameter understood: called when the kinds of the files are known.
    /// - Throws: `APIError`.
    package func read(_ files: [UploadedFile], understood: () -> Void = {}) throws -> UploadedECG {
        guard !files.isEmpty else {
            throw APIError(.noFiles, "Please choose a file: a page, a picture, a PDF or a recording.")
        }
        let kinds = try files.map(Kind.init)
        let headers = kinds.indices.filter { kinds[$0].isHeader }
        let recordings = kinds.indices.filter { kinds[$0] == .recording }
        let pages = kinds.indices.filter { kinds[$0] == .page }
        guard [!headers.isEmpty, !recordings.isEmpty, !pages.isEmpty].count(where: { $0 }) <= 1, recordings.count <= 1
        else {
            throw APIError(
                .severalRecordings,
                "These files are several recordings, or recordings and pictures. Upload those of one ECG at a time.")
        }
        understood()
        if !headers.isEmpty { return try record(files, kinds) }
        if let other = kinds.firstIndex(where: { $0.isOther }) { throw Self.refusal(of: files[other], kinds[other]) }
        if !recordings.isEmpty { return try recording(files[recordings[0]]) }
        return try self.pages(files)
    }

    /// The kind of a file by its content.
    enum Kind: Equatable {
        case page, recording
        case header(WFDBHeader)
        /// - Parameter phrase: for example `a video`.
        case other(phrase: String)

        var isHeader: Bool { if case .header = self { true } else { false } }
        var isOther: Bool { if case .other = self { true } else { false } }

        /// - Throws: `APIError` with `emptyFile`.
        init(_ file: UploadedFile) throws {
            let kind = FileKind(of: file.bytes)
            switch kind {
            case .empty:
                throw APIError(.emptyFile, "This file is empty. Please choose it again.", file: file.name)
            case .png, .jpeg, .otherPicture, .pdf: self = .page
            default:
                let start = Array(file.bytes.prefix(4096))
                if kind == .text, let header = try? WFDBHeader(parsing: file.bytes, path: file.name) {
                    self = .header(header)
                } else if file.name.lowercased().hasSuffix(".hea") {
                    // The reason why it is not a header.
                    do { self = .header(try WFDBHeader(parsing: file.bytes, path: file.name)) } catch {
                        throw APIError(ofRecording: file.name, path: file.name, error)
                    }
                } else if RecordingKind(start: start) != nil {
                    self = .recording
                } else {
                    self = .other(phrase: kind.phrase)
                }
            }
        }
    }

    private static func refusal(of file: UploadedFile, _ kind: Kind) -> APIError {
        guard case .other(let phrase) = kind else { return APIError(.notARecording, file: file.name) }
        if file.name.lowercased().hasSuffix(".dat") {
            return APIError(
                .missingFile, "This is the signal file of a WFDB record. Please add its header (.hea).", file: file.name
            )
        }
        return APIError(
            .notARecording,
            "This is \(phrase). Upload a page (PDF or picture) or a recording (WFDB, DICOM, SCP-ECG, HL7 aECG, MUSE XML, "
                + "EDF, BDF or CSV).", file: file.name)
    }

    // MARK: - Recordings

    private func recording(_ file: UploadedFile) throws -> UploadedECG {
        let folder = try PrivateFolder()
        let path = folder("recording")
        try folder.write(file.bytes, as: "recording")
        return try ecg(path: path, file: file.name) { kind, recording in
            [
                UnderstoodFile(
                    name: file.name, kind: .recording, understood: Self.phrase(kind, recording))
            ]
        }
    }

    /// Reads a WFDB record: one header, its signal files, and possibly segments and annotations.
    private func record(_ files: [UploadedFile], _ kinds: [Kind]) throws -> UploadedECG {
        var headers: [(index: Int, stem: String, header: WFDBHeader)] = []
        for (index, kind) in kinds.enumerated() {
            guard case .header(let header) = kind else { continue }
            headers.append((index, Self.stem(files[index].name), header))
        }
        let segments = Set(headers.flatMap { $0.header.segments.map(\.name) })
        let roots = headers.filter { !segments.contains($0.stem) }
        guard roots.count == 1, let root = roots.first else {
            throw APIError(
                .severalRecordings, "These are several WFDB records. Upload the files of one at a time.")
        }
        let folder = try PrivateFolder()
        var used: Set<Int> = []
        for entry in headers {
            try folder.write(files[entry.index].bytes, as: entry.stem + ".hea")
            used.insert(entry.index)
        }
        let wanted = headers.flatMap { $0.header.signals.map(\.file) }.filter { $0 != "~" }
        var missing: [String] = []
        for name in Set(wanted).sorted() {
            if let index = files.firstIndex(where: { $0.name == name }), !used.contains(index) {
                try folder.write(files[index].bytes, as: name)
                used.insert(index)
            } else {
                missing.append(name)
            }
        }
        // Browsers can rename a downloaded file, for example to `a (1).dat`.
        let unused = files.indices.filter { kinds[$0].isOther && !used.contains($0) }
        let signals = unused.filter { URL(fileURLWithPath: files[$0].name).pathExtension.lowercased() == "dat" }
        if missing.count == 1, signals.count == 1, !FileManager.default.fileExists(atPath: folder(missing[0])) {
            try folder.write(files[signals[0]].bytes, as: missing[0])
            used.insert(signals[0])
            missing = []
        }
        guard missing.isEmpty else {
            throw APIError(
                .missingFile,
                "The signal file \(missing.joined(separator: ", ")) of this WFDB header is missing. Upload both together.",
                file: files[root.index].name)
        }
        return try ecg(path: folder(root.stem + ".hea"), file: files[root.index].name) { kind, recording in
            files.enumerated().map { index, file in
                let isHeader = headers.contains { $0.index == index }
                let understood =
                    index == root.index
                    ? Self.phrase(kind, recording)
                    : isHeader
                        ? "Header of a segment"
                        : used.contains(index)
                            ? "Signals of \(files[root.index].name)"
                            : "Annotations, not used: beats are detected in the signals"
                return UnderstoodFile(
                    name: file.name, kind: used.contains(index) ? .recording : .annotations, understood: understood)
            }
        }
    }

    /// The name without its last extension, with the characters of WFDB names only.
    private static func stem(_ name: String) -> String {
        let stem = name.lowercased().hasSuffix(".hea") ? String(name.dropLast(4)) : name
        let kept = stem.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        return kept.isEmpty || kept.hasPrefix("-") ? "record" : kept
    }

    private static func phrase(_ kind: RecordingKind, _ recording: Recording) -> String {
        let count = recording.leads.count
        return "\(kind.rawValue) recording, \(count) lead\(count == 1 ? "" : "s"), \(number(recording.duration)) s, "
            + "\(number(recording.samplingRate)) Hz"
    }

    static func number(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    private func ecg(
        path: String, file: String, _ understood: (RecordingKind, Recording) -> [UnderstoodFile]
    ) throws -> UploadedECG {
        do {
            let read = try RecordingFile(path)
            let recording = read.recording
            guard !recording.leads.isEmpty, recording.sampleCount > 0 else {
                throw APIError(.noVoltage, "The recording has no samples of an ECG.", file: file)
            }
            guard recording.sampleCount * recording.leads.count <= Self.sampleLimit else {
                throw APIError(
                    .tooLarge,
                    "The recording has more than \(Self.sampleLimit) samples. Upload a part of it, or use heartsense analyze.",
                    file: file)
            }
            var ecg = UploadedECG(
                file: file, files: understood(read.kind, recording), digest: "\(try Digest(ofSample: path))",
                recording: recording)
            if let error = recording.readingError { throw error }
            (ecg.sex, ecg.age) = (read.patient.sex, read.patient.age)
            return ecg
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(ofRecording: file, path: path, error)
        }
    }
}

extension APIError {
    /// Creates the error of a recording that cannot be read, without the path of its copy on the server.
    init(ofRecording file: String, path: String, _ error: any Error) {
        let code: ErrorCode
        var reason: String?
        switch error {
        case let error as RecordingFormatError:
            code = ErrorCode(rawValue: error.code) ?? .unreadable
            switch error {
            case .noRate:
                reason =
                    "The sampling rate is missing. Add a column time_s, or a first line "
                    + "'# sampling_rate_hz=500 units=mV'."
            case .noUnits:
                reason =
                    "The units are missing. Name columns like I_mV, or add a first line "
                    + "'# sampling_rate_hz=500 units=mV'."
            default: break
            }
        case is WFDBError, is FileError: code = .unreadable
        default: code = .unreadable
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path + "/"
        let text = "\(error)".replacing("\(path): ", with: "").replacing(folder, with: "")
        self.init(code, reason ?? text, file: file)
    }
}
