import Files
import Foundation

/// The kinds of recordings that can be read.
public enum RecordingKind: String, Sendable, CaseIterable {
    case wfdb = "WFDB"
    case dicom = "DICOM"
    case scp = "SCP-ECG"
    case aECG = "HL7 aECG"
    case muse = "MUSE XML"
    case edf = "EDF"
    case bdf = "BDF"
    case csv = "CSV"

    /// The kind of the file at `path` by its content.
    ///
    /// A WFDB record is named by its header, or by the header's path without `.hea`.
    ///
    /// - Throws: `FileError`; `RecordingFormatError.notARecording` for a file of another kind.
    public init(of path: String) throws {
        let manager = FileManager.default
        if path.hasSuffix(".hea") || !Self.isFile(path) && manager.fileExists(atPath: path + ".hea") {
            self = .wfdb
            return
        }
        let start = try Self.start(of: path)
        guard let kind = Self(start: start) else {
            var found = Self.description(of: start)
            let header = URL(fileURLWithPath: path).deletingPathExtension().path + ".hea"
            if path.hasSuffix(".dat"), manager.fileExists(atPath: header) {
                found = "the signal file of a WFDB record (give its .hea file instead)"
            }
            throw RecordingFormatError.notARecording(path: path, found: found)
        }
        self = kind
    }

    private static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }

    /// Reads up to 4 KB.
    private static func start(of path: String) throws -> [UInt8] {
        guard FileManager.default.fileExists(atPath: path) else { throw FileError.missing(path: path) }
        guard isFile(path) else { throw FileError.isFolder(path: path) }
        try FileContent.checkIsStored(path)
        guard let file = fopen(path, "rb") else { throw FileError.lastError(reading: path) }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else { throw FileError.lastError(reading: path) }
        return Array(bytes[..<count])
    }

    /// The kind by the first bytes of a file; nil if it is none of these.
    package init?(start bytes: [UInt8]) {
        switch FileKind(of: Data(bytes)) {
        case .dicom: self = .dicom
        case .scp: self = .scp
        case .edf: self = .edf
        case .bdf: self = .bdf
        default:
            switch Self.rootElement(bytes) {
            case "AnnotatedECG": self = .aECG
            case "RestingECG": self = .muse
            case nil where Self.isTable(bytes): self = .csv
            default: return nil
            }
        }
    }

    /// The name of the first element of an XML file; nil for other files.
    private static func rootElement(_ bytes: [UInt8]) -> String? {
        guard let text = XMLElement.text(of: Data(bytes)) else { return nil }
        var rest = text[...].drop(while: { $0.isWhitespace || $0 == "\u{FEFF}" })
        while rest.first == "<" {
            if rest.hasPrefix("<!--") {
                guard let end = rest.range(of: "-->") else { return nil }
                rest = rest[end.upperBound...]
            } else if rest.hasPrefix("<?") || rest.hasPrefix("<!") {
                guard let end = rest.firstIndex(of: ">") else { return nil }
                rest = rest[rest.index(after: end)...]
            } else {
                let name = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || "_-.:".contains($0) }
                return name.isEmpty ? nil : String(name.split(separator: ":").last ?? name)
            }
            rest = rest.drop(while: \.isWhitespace)
        }
        return nil
    }

    /// True for text whose first lines are columns of numbers under names.
    private static func isTable(_ bytes: [UInt8]) -> Bool {
        guard isText(bytes) else { return false }
        let lines = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: true) { $0.isNewline }
        let rows = lines.drop { $0.hasPrefix("#") }
        guard let names = rows.first, let delimiter = CSVText.delimiter(of: names) else {
            // A single column has no delimiter. It needs its units in the name or in a comment.
            guard rows.count > 1, let name = rows.first, let value = rows.dropFirst().first else { return false }
            return Double(value.trimmingCharacters(in: .whitespaces)) != nil && Double(name) == nil
        }
        let count = CSVText.cells(of: names, delimiter).count
        return rows.dropFirst().prefix(2).contains { row in
            let cells = row.split(separator: Character(UnicodeScalar(delimiter)), omittingEmptySubsequences: false)
            return cells.count >= count
                && cells.contains { Double($0.trimmingCharacters(in: .whitespaces).replacing(",", with: ".")) != nil }
        } || lines.first!.contains("sampling_rate_hz=")
    }

    private static func isText(_ bytes: [UInt8]) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { $0 >= 32 || [9, 10, 13].contains($0) }
    }

    /// A short description of a file that is not a recording.
    private static func description(of bytes: [UInt8]) -> String {
        switch FileKind(of: Data(bytes)) {
        case .xml: "an XML file with the element '\(rootElement(bytes)?.prefix(40) ?? "")'"
        case .text: "text that is not a table of samples"
        case let kind: kind.phrase
        }
    }
}
