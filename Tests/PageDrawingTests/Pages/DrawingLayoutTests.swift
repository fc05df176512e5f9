import Testing

@testable import PageDrawing

@Suite struct DrawingLayoutTests {
    @Test(arguments: DrawingLayout.names) func `every name gives its layout back`(name: String) throws {
        #expect(try DrawingLayout(name).description == name)
    }

    @Test(arguments: ["", "4x3", "3x4+2", "3x4+", "strip+1", "3X4", "3x4+1 "])
    func `other names are an error that lists the layouts`(name: String) {
        #expect(throws: PageDrawingError.layout(found: name, known: DrawingLayout.names)) { try DrawingLayout(name) }
        #expect("\(PageDrawingError.layout(found: name, known: DrawingLayout.names))".contains("3x4+1, 3x4+3, 6x2"))
    }

    @Test func `both orders have the same twelve leads`() {
        let names = DrawingLayout.leadOrder(isCabrera: true).map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 }
        #expect(Set(names) == Set(DrawingLayout.leadOrder(isCabrera: false)) && names.count == 12)
    }
}
