import Files
import Foundation
import Imaging
import LinearAlgebra
import Signals

/// Makes a set of synthetic ECG images: one beat of interest on each, between parts of its neighbours.
///
/// The set is a folder of six class folders with PNG files, `manifest.csv` (path, labels, group, split) and
/// `labels.yaml`. Groups are synthetic patients with four pictures each; one patient in five is test. Ink, width, size
/// and paper are drawn without looking at the class.
public enum SyntheticBeats {
    /// Label codes of the classes, in label order.
    public static let codes: [(code: String, beatClass: BeatClass)] = [
        ("N", .normal), ("S", .supraventricular), ("V", .ventricular), ("F", .fusion), ("M", .infarction),
        ("H", .hypertrophy),
    ]

    /// How the pictures look.
    public enum Look: String, Sendable, CaseIterable {
        /// Ink, width, size, paper and the seconds around the beat differ from picture to picture.
        case varied
        /// As the public set and `BeatRendering` have it, in black: from the R peak on, filled up to one length.
        case publicSet = "public"
    }

    /// Writes a whole set, or nothing.
    ///
    /// Picture i of a class is the same for the same seed, however many are made, on however many threads.
    ///
    /// - Parameters:
    ///   - folder: must not exist yet, or be empty. It appears when it is complete.
    ///   - perClass: pictures of each class; with fewer than five there is one patient only, and no test part.
    ///   - leaking: gives each class an ink of its own, for showing what a leak does.
    ///   - progress: called after each picture with how many are done and how many there will be, from any thread.
    /// - Throws: `OutputFolderError`, or `FileError` when a file cannot be written.
    public static func write(
        to folder: String, perClass: Int, seed: UInt64, look: Look = .varied, leaking: Bool = false,
        workers: Workers = .all,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws {
        precondition(perClass >= 1, "\(perClass) pictures of each class")
        try OutputFolder.refuseUnlessFree(folder)
        try FolderUnderConstruction.build(folder) { construction in
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
                try FolderUnderConstruction.write(
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
