import Imaging
import LinearAlgebra
import Plots

/// A contact sheet of augmented pictures: one effect per row, one picture per column.
struct AugmentationSheet: Sendable {
    let figure: ContactSheet

    private static let columns = 6

    /// Chooses one picture of each label first, then others up to six.
    ///
    /// - Throws: `FileError` or `ImageError` if a picture cannot be read.
    init(_ data: PretrainingData, configuration: PretrainingConfiguration, workers: Workers) throws {
        let rows = Self.samples(data, seed: configuration.seed)
        let kinds = AugmentationEffect.allCases.filter {
            configuration.augmentation[keyPath: $0.strength] != $0.neutral
        }
        let columns = try workers.map(rows.count) { column, _ in
            try Self.column(data.files[rows[column]], number: column, kinds, configuration)
        }
        let labels = rows.map { data.labelSpace.joined(data.truth.labels(ofRow: $0)) }
        let height = kinds.count + 3
        var pictures: [ContactSheet.Picture] = []
        for row in 0 ..< height {
            for column in rows.indices {
                var picture = columns[column][row]
                if row == 0 { picture.caption = labels[column] }
                pictures.append(picture)
            }
        }
        figure = ContactSheet(title: "Augmentation of \(configuration.name)", pictures: pictures, columns: rows.count)
    }

    private static func samples(_ data: PretrainingData, seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed: seed, purpose: "augmentation sheet")
        let shuffled = generator.shuffled(data.split.train)
        var chosen = data.labelSpace.codes.indices.compactMap { label in shuffled.first { data.truth[$0, label] } }
        chosen = chosen.indices.filter { !chosen[..<$0].contains(chosen[$0]) }.map { chosen[$0] }
        chosen += shuffled.filter { !chosen.contains($0) }.prefix(max(0, columns - chosen.count))
        return Array(chosen.prefix(columns))
    }

    /// Returns the original, each effect alone, all effects together, and the network's input for the latter.
    private static func column(
        _ file: String, number: Int, _ kinds: [AugmentationEffect], _ configuration: PretrainingConfiguration
    ) throws -> [ContactSheet.Picture] {
        let page = try Page(contentsOf: file)
        let strokes = try InkStrokes(of: page, name: file)
        func picture(_ image: GrayImage, _ caption: String) -> ContactSheet.Picture {
            .init(width: image.width, height: image.height, pixels: image.pixels, caption: caption)
        }
        func augmented(_ strengths: AugmentationStrengths, _ name: String) throws -> Page {
            var random = SeededGenerator(
                seed: configuration.seed, purpose: "augmentation sheet \(name)", index: number)
            return try Augmentation(strengths, &random).page(of: strokes, name: file)
        }
        var pictures = [picture(page.grayscale, "")]
        for kind in kinds {
            let page = try augmented(configuration.augmentation.only(kind), kind.rawValue)
            pictures.append(picture(page.grayscale, kind.rawValue))
        }
        var all = configuration.augmentation
        all.share = 1
        let changed = try augmented(all, "all")
        pictures.append(picture(changed.grayscale, "all together"))
        let seen = try? configuration.preprocessing.apply(to: changed, name: file)
        pictures.append(
            seen.map { picture($0, "network input") }
                ?? picture(GrayImage(width: 1, height: 1, pixels: [255]), "no trace found"))
        return pictures
    }
}
