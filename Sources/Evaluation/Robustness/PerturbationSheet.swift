import Files
import Foundation
import Imaging
import LinearAlgebra
import Plots

/// Shows one picture unperturbed and under each perturbation, together with the input of the network.
struct PerturbationSheet: Sendable {
    let figure: ContactSheet

    /// - Parameter file: The picture to show.
    /// - Throws: `FileError` or `ImageError` if the unperturbed picture cannot be read.
    init(of file: String, preprocessing: Preprocessing, seed: UInt64, workers: Workers) throws {
        let bytes = try FileContent.bytes(of: file, limit: Page.Limits().bytes)
        let page = try Page(decoding: bytes, name: file)
        let digest = Digest(of: bytes)
        let kinds: [Perturbation?] = [nil] + Perturbation.allCases
        let pairs = try workers.map(kinds.count) { index, _ -> [ContactSheet.Picture] in
            guard let kind = kinds[index] else {
                return [
                    .init(page.grayscale, "original"),
                    .init(try preprocessing.apply(to: page, name: file), "network input"),
                ]
            }
            let perturbed: Page
            do {
                perturbed = try SeededPerturbation(kind, seed: seed).apply(to: page, file: digest, name: file)
            } catch {
                return [.init(.blank, "\(kind.rawValue): no ink"), .init(.blank, "rejected")]
            }
            let shown = ContactSheet.Picture(perturbed.grayscale, kind.rawValue)
            guard let prepared = try? preprocessing.apply(to: perturbed, name: file) else {
                return [shown, .init(.blank, "rejected")]
            }
            return [shown, .init(prepared, "network input")]
        }
        figure = ContactSheet(
            title: "Perturbations and network input", pictures: pairs.flatMap { $0 })
    }
}

extension ContactSheet.Picture {
    fileprivate init(_ image: GrayImage, _ caption: String) {
        self.init(width: image.width, height: image.height, pixels: image.pixels, caption: caption)
    }
}

extension GrayImage {
    /// Placeholder tile.
    fileprivate static var blank: GrayImage { GrayImage(width: 1, height: 1, pixels: [255]) }
}
