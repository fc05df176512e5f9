import Files
import Foundation
import Imaging
import LinearAlgebra
import Signals

/// Creates a set of synthetic ECG images, each with one beat of interest between parts of its neighbors.
///
/// The set is a folder of six class folders with PNG files, `manifest.csv` (path, labels, group, split) and
/// `labels.yaml`. Groups are synthetic patients with four pictures each; one patient in five is for testing. Ink,
/// width, size and paper do not depend on the class.
public enum SyntheticBeats {
    /// The label codes of the classes, in label order.
    public static let codes: [(code: String, beatClass: BeatClass)] = [
        ("N", .normal), ("S", .supraventricular), ("V", .ventricular), ("F", .fusion), ("M", .infarction),
        ("H", .hypertrophy),
    ]

    /// The style of the pictures.
    public enum Look: String, Sendable, CaseIterable {
        /// Ink, width, size, paper and the seconds around the beat vary.
        case varied
        /// The style of the public set and of `BeatRendering` in black: from the R peak on, padded to a fixed length.
        case publicSet = "public"
    }

    /// Writes a complete set, or nothing.
    ///
    /// Picture i of a class depends only on the seed, not on the number of pictures or threads.
    ///
    /// - Parameters:
    ///   - folder: must be new or empty. It is created when the set is complete.
    ///   - perClass: pictures per class; with fewer than five there is one patient only, and no test part.
    ///   - leaking: whether each class gets its own ink, to demonstrate a leak.
    ///   - progress: receives the numbers of finished and of all pictures after each picture, from any thread.
    /// - Throws: `OutputFolderError`; `FileError` if a file cannot be written.
    public static func write(
        to folder: String, perClass: Int, seed: UInt64, look: Look = .varied, leaking: Bool = false,
        workers: Workers = .all,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws {
        precondition(perClass >= 1, "\(perClass) pictures of each class")
        try OutputFolder.checkIsFree(folder)
        try AtomicFolder.build(folder) { construction in
            for (code, _) in codes { try AtomicFile.makeFolder("\(construction)/\(code)") }
            let pictures = codes.flatMap { code, beatClass in
                (0 ..< perClass).map { index in
                    (
                        code,
                        SyntheticBeatPicture(
                            beatClass: beatClass, index: index, seed: seed, leaking: leaking, look: look)
                    )
                }
            }
            let done = Counter()
            _ = try workers.map(pictures.count) { place, _ in
                let (code, picture) = pictures[place]
                try AtomicFolder.write(
                    picture.page().pngData(), to: "\(construction)/\(path(code: code, index: picture.index))")
                progress?(done.next(), pictures.count)
            }
            try manifest(perClass: perClass, seed: seed).write(to: "\(construction)/manifest.csv")
            let heading = "# The pictures of this set come from a mathematical model, not from patients.\n"
            try AtomicFile.write(heading + LabelSpace.synthetic.yaml, to: "\(construction)/labels.yaml")
        }
    }

    static func path(code: String, index: Int) -> String {
        let digits = String(index + 1)
        return "\(code)/\(code)\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits).png"
    }

    static func manifest(perClass: Int, seed: UInt64) -> CSVTable {
        let rows = codes.flatMap { code, beatClass in
            let split = SyntheticBeatSplit(perClass: perClass, beatClass: beatClass, seed: seed)
            return (0 ..< perClass).map { index in
                let patient = index / SyntheticBeatPicture.perPatient
                let part: Part = split.isTest(patient) ? .test : .train
                return [path(code: code, index: index), code, "\(code)-\(patient + 1)", part.rawValue]
            }
        }
        return CSVTable(header: ["path", "labels", "group", "split"], rows: rows)
    }
}
