import Files
import Foundation
import Imaging
import LinearAlgebra
import Plots

/// One picture as it is and under each disturbance, and beside each what the network sees of it.
struct PerturbationSheet: Sendable {
    let figure: ContactSheet

    /// - Parameter file: of the picture that is shown.
    /// - Throws: `FileError` or `ImageError` if it cannot be read as it is.
    init(of file: String, preprocessing: Preprocessing, seed: UInt64, workers: Workers) throws {
        let bytes = try FileContent.bytes(of: file, limit: Page.Limits().bytes)
        let page = try Page(decoding: bytes, name: file)
        let digest = Digest(of: bytes)
        let kinds: [Disturbance?] = [nil] + Disturbance.allCases
        let pairs = try workers.map(kinds.count) { index, _ -> [ContactSheet.Picture] in
            guard let kind = kinds[index] else {
                return [
                    .init(page.grayscale, "as it is"),
                    .init(try preprocessing.apply(to: page, name: file), "for the network"),
                ]
            }
            let disturbed: Page
            do {
                disturbed = try SeededDisturbance(kind, seed: seed).apply(to: page, file: digest, name: file)
            } catch {
                return [.init(.blank, "\(kind.rawValue): no ink"), .init(.blank, "refused")]
            }
            let shown = ContactSheet.Picture(disturbed.grayscale, kind.rawValue)
            guard let prepared = try? preprocessing.apply(to: disturbed, name: file) else {
                return [shown, .init(.blank, "refused")]
            }
            return [shown, .init(prepared, "for the network")]
        }
        figure = ContactSheet(
            title: "The disturbances, and what the network sees", pictures: pairs.flatMap { $0 })
    }
}

extension ContactSheet.Picture {
    fileprivate init(_ image: GrayImage, _ caption: String) {
        self.init(width: image.width, height: image.height, pixels: image.pixels, caption: caption)
    }
}

extension GrayImage {
    /// In the place of a picture that there is none of.
    fileprivate static var blank: GrayImage { GrayImage(width: 1, height: 1, pixels: [255]) }
}
