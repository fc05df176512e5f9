import Foundation

@testable import Imaging

/// Decodes a picture: it has as many pixels as it says, or the error has a sentence that names the file.
func checkPicture(_ data: Data) {
    do {
        let page = try Page(decoding: data, name: "r", limits: Page.Limits(pixels: 1 << 18, side: 4096, bytes: 1 << 20))
        precondition(page.pixels.count == 3 * page.width * page.height && page.width * page.height <= 1 << 18)
    } catch {
        precondition(error is ImageError && "\(error)".hasPrefix("r"), "\(error)")
    }
}
