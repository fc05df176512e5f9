import Files
import Foundation

/// Writes a selection of a data set as a new data set whose manifest refers to the same pictures.
public enum DatasetSelection {
    /// The selected samples.
    public enum Choice: Sendable, Equatable {
        case fold(Int)
        case withoutFold(Int)
    }

    /// Writes `manifest.csv` and `labels.yaml` into a new folder, without copying pictures.
    ///
    /// - Parameter folder: must be new or empty.
    /// - Throws: `OutputFolderError`, `SelectionError`, `FileError`.
    public static func write(_ choice: Choice, of dataset: Dataset, to folder: String) throws {
        try OutputFolder.checkIsFree(folder)
        let folds = Set(dataset.samples.compactMap(\.fold)).sorted()
        let (samples, wanted) =
            switch choice {
            case .fold(let fold): (dataset.samples.filter { $0.fold == fold }, fold)
            // A sample without a fold might belong to the excluded one.
            case .withoutFold(let fold): (dataset.samples.filter { $0.fold.map { $0 != fold } ?? false }, fold)
            }
        guard folds.contains(wanted) else {
            throw SelectionError.noSuchFold(dataset: dataset.root, wanted: wanted, found: folds)
        }
        guard !samples.isEmpty else { throw SelectionError.nothingLeft(dataset: dataset.root, fold: wanted) }
        let others = Set(samples.flatMap(\.columns.keys)).sorted()
        let way = relativePath(from: folder, to: dataset.root)
        let rows = samples.map { sample in
            [
                sample.path.hasPrefix("/") ? sample.path : "\(way)/\(sample.path)",
                dataset.labelSpace.joined(sample.labels), sample.group ?? "", sample.part?.rawValue ?? "",
                sample.fold.map(String.init) ?? "",
            ] + others.map { sample.columns[$0] ?? "" }
        }
        try AtomicFolder.build(folder) { construction in
            try CSVTable(header: ["path", "labels", "group", "split", "fold"] + others, rows: rows)
                .write(to: "\(construction)/manifest.csv")
            try AtomicFile.write(dataset.labelSpace.yaml, to: "\(construction)/labels.yaml")
        }
    }

    /// Returns the relative path from one folder to another, so that both can be moved together.
    static func relativePath(from folder: String, to target: String) -> String {
        // Symbolic links in the path, such as `/tmp` on some systems, would change the meaning of `..`.
        func parts(_ path: String) -> [String] {
            URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().pathComponents
        }
        let (from, to) = (parts(folder), parts(target))
        let shared = zip(from, to).prefix { $0 == $1 }.count
        let way = Array(repeating: "..", count: from.count - shared) + to[shared...]
        return way.isEmpty ? "." : way.joined(separator: "/")
    }
}

/// An error when selecting samples.
public enum SelectionError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case noSuchFold(dataset: String, wanted: Int, found: [Int])
    case nothingLeft(dataset: String, fold: Int)

    public var description: String {
        switch self {
        case .noSuchFold(let dataset, let wanted, let found):
            "\(dataset): there is no fold \(wanted). The manifest has "
                + (found.isEmpty
                    ? "no folds. Add a fold column." : "the folds \(found.map(String.init).joined(separator: ", ")).")
        case .nothingLeft(let dataset, let fold):
            "\(dataset): no sample with a known fold is left without fold \(fold)."
        }
    }

    public var errorDescription: String? { description }
}
