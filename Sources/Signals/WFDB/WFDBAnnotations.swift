import Files
import Foundation

/// The content of an annotation file in MIT format (`.atr` and others).
///
/// - Source: WFDB Applications Guide, annot(5).
public struct WFDBAnnotations: Sendable, Equatable {
    /// The meaning of a code in one file.
    public struct Definition: Sendable, Equatable {
        public var symbol: String
        public var description: String

        public init(symbol: String, description: String) {
            (self.symbol, self.description) = (symbol, description)
        }
    }

    /// In the order of time, without the notes that describe the file.
    public var annotations: [WFDBAnnotation]
    /// Samples per second; nil if the file does not say, and its samples are the frames of the record.
    public var timeResolution: Double?
    /// Codes that the file defines itself.
    public var definitions: [Int: Definition]

    public init(
        _ annotations: [WFDBAnnotation], timeResolution: Double? = nil, definitions: [Int: Definition] = [:]
    ) {
        (self.annotations, self.timeResolution, self.definitions) = (annotations, timeResolution, definitions)
    }

    /// The symbol of a code in this file.
    public func symbol(of code: Int) -> String {
        definitions[code]?.symbol ?? WFDBAnnotation(sample: 0, code: code).symbol
    }

    /// Converts samples to those of another rate.
    ///
    /// - Parameters:
    ///   - samplingRate: samples per second of the result.
    ///   - rate: samples per second of a file that does not say: the record's frames per second.
    public func annotations(at samplingRate: Double, unlessGiven rate: Double) -> [WFDBAnnotation] {
        let own = timeResolution ?? rate
        guard own != samplingRate else { return annotations }
        return annotations.map { annotation in
            var annotation = annotation
            annotation.sample = Int((Double(annotation.sample) * samplingRate / own).rounded())
            return annotation
        }
    }

    /// Reads annotations with the sample of each in a record.
    ///
    /// - Parameter samplingRate: samples per second of the record, which has one sample per frame.
    /// - Throws: `FileError`; `WFDBError.annotations` if the file is incomplete or damaged.
    public static func read(_ path: String, samplingRate: Double) throws -> [WFDBAnnotation] {
        try WFDBAnnotations(contentsOf: path).annotations(at: samplingRate, unlessGiven: samplingRate)
    }

    private static let sizeLimit = 256 << 20

    /// Reads an annotation file.
    ///
    /// - Throws: `FileError`; `WFDBError.annotations` if the file is incomplete or damaged.
    public init(contentsOf path: String) throws {
        try self.init(parsing: try FileContent.bytes(of: path, limit: Self.sizeLimit), path: path)
    }

    /// Writes an annotation file: readers see the old file or the whole new one.
    ///
    /// Annotations are written in the order of time.
    ///
    /// - Parameter path: ends in a dot and the annotator's name, for example `100.atr`.
    /// - Throws: `WFDBError.name`, `WFDBError.textTooLong`, `FileError`.
    /// - Precondition: the values of each annotation are in the ranges that `WFDBAnnotation` states.
    public func write(to path: String) throws {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ WFDBPath.isValid($0) }) else {
            throw WFDBError.name(path: path, found: String(name))
        }
        try AtomicFile.write(try encoded(path: path), to: path)
    }
}
