import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct MulanLabelsTests {
    private func names(_ xml: String) throws -> [String] {
        try MulanLabels(parsing: Data(xml.utf8), name: "l.xml").names
    }

    @Test func `nested labels are flattened in the document's order`() throws {
        let xml = """
            <?xml version="1.0" encoding="utf-8"?>
            <m:labels xmlns:m="http://mulan.sourceforge.net/labels">
              <m:label name="sports"><m:label name="foot &amp; ball"><m:label name="cup"/></m:label></m:label>
              <m:label name="arts"></m:label>
            </m:labels>
            """
        #expect(try names(xml) == ["sports", "foot & ball", "cup", "arts"])
    }

    @Test func `a mistake is reported with its line`() {
        #expect(throws: ARFFError.repeatedLabel(file: "l.xml", line: 2, name: "a")) {
            try names("<labels><label name='a'/>\n<label name='a'/></labels>")
        }
        #expect(throws: ARFFError.notLabelXML(file: "l.xml", line: 1, problem: "a label has no name")) {
            try names("<labels><label/></labels>")
        }
        #expect(throws: ARFFError.notLabelXML(file: "l.xml", line: 1, problem: "<html> found, <labels> expected")) {
            try names("<html><label name='a'/></html>")
        }
        #expect(throws: ARFFError.notLabelXML(file: "l.xml", line: 1, problem: "it has no label")) {
            try names("<labels></labels>")
        }
        for broken in ["", "<labels><label name='a'>", "not xml", "<labels><label name='a'/>"] {
            #expect(throws: ARFFError.self) { try names(broken) }
        }
    }

    @Test func `an external entity is not fetched`() throws {
        let folder = try Scratch()
        let secret = try folder.write("secret", "stolen")
        let xml = "<!DOCTYPE l [<!ENTITY e SYSTEM 'file://\(secret)'>]><labels><label name='a'>&e;</label></labels>"
        #expect(try names(xml) == ["a"])
    }
}
