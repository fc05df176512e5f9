import Imaging
import Testing

@testable import Digitization

struct PaperOutlineTests {
    @Test(arguments: [0, 3.0], [0, 0.5])
    func `a tilted sheet on a table is straightened to half a millimeter`(curl: Double, shadow: Double) throws {
        var picture = MadePicture.tilted
        (picture.hasGrid, picture.curl, picture.shadow) = (false, curl, shadow)
        let outline = try #require(PaperOutline(of: picture.page()))
        #expect(outline.isWhole)
        #expect(abs(outline.aspect / (297.0 / 210) - 1) < 0.045)
        #expect(picture.error(of: outline.mapping(width: 297, height: 210)) < 0.5)
    }

    @Test func `a pale lid is not taken for white paper`() throws {
        var picture = MadePicture.tilted
        (picture.hasGrid, picture.table) = (false, 246)
        let outline = try #require(PaperOutline(of: picture.page()))
        #expect(picture.error(of: outline.mapping(width: 297, height: 210)) < 0.5)
    }

    @Test func `a sheet that fills the picture has no outline, also with a shadow`() {
        for shadow in [0, 0.5] {
            let picture = MadePicture(
                projection: [3.2, 0, -5, 0, 3.2, -5, 0, 0, 1], hasGrid: false, shadow: shadow)
            #expect(PaperOutline(of: picture.page()) == nil)
        }
    }

    @Test func `a picture of a few pixels has no outline`() {
        let page = Page(width: 8, height: 5, pixels: [UInt8](repeating: 9, count: 120))
        #expect(PaperOutline(of: page) == nil)
    }
}
