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

    @Test func `a value without quotes may have more characters than a token`() {
        #expect(
            parse("multipart/form-data; boundary=----=_Part_1/2:3?4 ; x=y")?.parameters
                == ["boundary": "----=_Part_1/2:3?4", "x": "y"])
        #expect(parse("form-data; name=files; filename=my ECG ä.png")?.parameters["filename"] == "my ECG ä.png")
    }

    @Test func `an extended parameter is decoded`() {
        #expect(parse("form-data; filename*=UTF-8''%E2%82%AC%20a.png")?.extended("filename") == "€ a.png")
        #expect(parse("form-data; filename*=utf-8'de'b.png")?.extended("filename") == "b.png")
        for text in ["x.png", "UTF-8'x.png", "koi8-r''x.png", "UTF-8''%FF.png", "UTF-8''%E2%8.png"] {
            #expect(parse("form-data; filename*=\(text)")?.extended("filename") == nil, "\(text)")
        }
    }

    @Test func `an invalid value gives nil`() {
        let broken = [
            "", "  ", ";", "form-data name=f", "form-data; name", "form-data; =f", "form-data; name=\"f",
            "form-data; name=\"f\\\"", "form-data; name=f\"g\"", "form-data; name=f\tg", "form-data; name=f; NAME=g",
            "form-data; name=", "form-data;; name=f", "\"a\"",
        ]
        for text in broken { #expect(parse(text) == nil, "\(text)") }
    }
}
