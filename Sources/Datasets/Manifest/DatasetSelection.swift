import Files
import Foundation

/// A part of a data set as one of its own: a manifest that points at the same pictures.
public enum DatasetSelection {
    /// Which samples are taken.
    public enum Choice: Sendable, Equatable {
        case fold(Int)
        case withoutFold(Int)
    }

    /// Writes `manifest.csv` and `labels.yaml` into a new folder; no picture is copied.
    ///
    /// - Parameter folder: must not exist yet, or be empty.
    /// - Throws: `OutputFolderError`, `SelectionError`, `FileError`.
    public static func write(_ choice: Choice, of dataset: Dataset, to folder: String) throws {
        try OutputFolder.refuseUnlessFree(folder)
        let folds = Set(dataset.samples.compactMap(\.fold)).sorted()
        let (samples, wanted) =
            switch choice {
            case .fold(let fold): (dataset.samples.filter { $0.fold == fold }, fold)
            // A sample whose fold nobody knows may be of the one that is left out.
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
        try FolderUnderConstruction.build(folder) { construction in
            try CSVTable(header: ["path", "labels", "group", "split", "fold"] + others, rows: rows)
                .write(to: "\(construction)/manifest.csv")
            try AtomicFile.write(dataset.labelSpace.yaml, to: "\(construction)/labels.yaml")
        }
    }

    /// How one folder is reached from another, so that both can be moved together.
    static func relativePath(from folder: String, to target: String) -> String {
        // Links on the way (`/tmp` on some systems) would lead `..` elsewhere.
        func parts(_ path: String) -> [String] {
            URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().pathComponents
        }
        let (from, to) = (parts(folder), parts(target))
        let shared = zip(from, to).prefix { $0 == $1 }.count
        let way = Array(repeating: "..", count: from.count - shared) + to[shared...]
        return way.isEmpty ? "." : way.joined(separator: "/")
    }
}

/// Why a part of a data set cannot be had.
public enum SelectionError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case noSuchFold(dataset: String, wanted: Int, found: [Int])
    case nothingLeft(dataset: String, fold: Int)

    public var description: String {
        switch self {
        case .noSuchFold(let dataset, let wanted, let found):
            "\(dataset): fold \(wanted) was asked for, the manifest has "
                + (found.isEmpty
                    ? "no folds. Add a fold column." : "\(found.map(String.init).joined(separator: ", ")).")
        case .nothingLeft(let dataset, let fold):
            "\(dataset): without fold \(fold) there are no samples whose fold is known."
        }
    }

    public var errorDescription: String? { description }
}
