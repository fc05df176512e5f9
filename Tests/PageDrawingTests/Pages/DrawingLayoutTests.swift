import Testing

@testable import PageDrawing

@Suite struct PageLayoutTests {
    @Test(arguments: PageLayout.names) func `every name gives its layout back`(name: String) throws {
        #expect(try PageLayout(name).description == name)
    }

    @Test(arguments: ["", "4x3", "3x4+2", "3x4+", "strip+1", "3X4", "3x4+1 "])
    func `other names are an error that lists the layouts`(name: String) {
        #expect(throws: PageDrawingError.layout(found: name, known: PageLayout.names)) { try PageLayout(name) }
        #expect("\(PageDrawingError.layout(found: name, known: PageLayout.names))".contains("3x4+1, 3x4+3, 6x2"))
    }

    @Test func `both orders have the same twelve leads`() {
        let names = PageLayout.leadOrder(isCabrera: true).map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 }
        #expect(Set(names) == Set(PageLayout.leadOrder(isCabrera: false)) && names.count == 12)
    }
}
