import Testing

@testable import Serving

struct HeaderParametersTests {
    private func parse(_ text: String) -> HeaderParameters? { HeaderParameters(text.utf8) }

    @Test func `a value has its parameters, quoted or not, in any case and order`() {
        let parsed = parse(" Form-Data ; Name=file;filename=\"a \\\"b\\\"; c\\\\d.png\" ;")
        #expect(parsed?.value == "form-data")
        #expect(parsed?.parameters == ["name": "file", "filename": "a \"b\"; c\\d.png"])
        #expect(parse("multipart/form-data; boundary=--x")?.parameters["boundary"] == "--x")
    }

    @Test func `a Windows path keeps its backslashes`() {
        #expect(parse("form-data; filename=\"C:\\new\\table.png\"")?.parameters["filename"] == "C:\\new\\table.png")
    }

    @Test func `an invalid value gives nil`() {
        let broken = [
            "", "  ", ";", "form-data name=f", "form-data; name", "form-data; =f", "form-data; name=\"f",
            "form-data; name=\"f\\\"", "form-data; name=f; NAME=g", "form-data; name=", "form-data;; name=f", "\"a\"",
        ]
        for text in broken { #expect(parse(text) == nil, "\(text)") }
    }
}
