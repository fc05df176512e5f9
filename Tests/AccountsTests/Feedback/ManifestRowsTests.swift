import Files
import Foundation
import Testing

@testable import Accounts

struct ManifestRowsTests {
    private func table(_ text: String) throws -> CSVTable { try CSVTable(parsing: Data(text.utf8), name: "m.csv") }

    @Test func `new rows and columns are appended`() throws {
        var rows = ManifestRows(try table("path,labels,site\na.png,N,here\n"), adding: ["path", "labels", "group"])
        let isNew = rows.update("b.png", ["path": "b.png", "labels": "V", "group": "g"])
        #expect(isNew)
        #expect(rows.table.header == ["path", "labels", "site", "group"])
        #expect(rows.table.rows.map(\.fields) == [["a.png", "N", "here", ""], ["b.png", "V", "", "g"]])
    }

    @Test func `an updated row keeps its position and its other values`() throws {
        var rows = ManifestRows(try table("path,labels,site\na.png,N,here\nb.png,V,there\n"), adding: [])
        let changes = [("a.png", ["labels": "S"]), ("a.png", ["labels": "S"]), ("b.png", ["site": "there"])]
            .map { path, values in rows.update(path, values) }
        #expect(changes == [true, false, false])
        #expect(rows.table.rows.map(\.fields) == [["a.png", "S", "here"], ["b.png", "V", "there"]])
    }

    @Test func `removed rows are returned, and the others can still be changed`() throws {
        var rows = ManifestRows(try table("path,labels\na.png,N\nb.png,V\nc.png,S\n"), adding: [])
        let removed = rows.remove { $0["labels"] == "N" }
        #expect(removed.map { $0["path"] } == ["a.png"])
        #expect(!rows.has("a.png") && rows.has("c.png"))
        let isChanged = rows.update("c.png", ["labels": "F"])
        #expect(isChanged && rows.table.rows.map(\.fields) == [["b.png", "V"], ["c.png", "F"]])
    }

    @Test func `a new manifest has the given columns only`() {
        var rows = ManifestRows(header: ["path", "labels"])
        let changes = [["path": "a.png", "unknown": "x"], ["path": "a.png"]].map { rows.update("a.png", $0) }
        #expect(changes == [true, false])
        #expect(rows.table.header == ["path", "labels"])
        #expect(rows.table.rows.map(\.fields) == [["a.png", ""]])
    }
}

struct FrozenManifestTests {
    @Test(arguments: [
        "path,frozen\na.png,1\n", "path,frozen\na.png,0\nb.png,yes\n", "frozen,path\nTRUE,a.png\n",
        "# frozen\npath\na.png\n", "path\na.png\n#FROZEN, 2026\n", "# This set is frozen.\r\npath\r\na.png\r\n",
    ])
    func `a row or a comment freezes a data set`(_ manifest: String) {
        #expect(FrozenManifest.isMarked(Data(manifest.utf8)))
    }

    @Test(arguments: [
        "", "path,labels\nfrozen.png,N\n", "path,frozen\na.png,0\nb.png,\nc.png,no\nd.png,False\n",
        "# unfrozen\npath\na.png\n", "path,labels\na.png,frozen\n", "path,frozen\n",
    ])
    func `other content does not freeze it`(_ manifest: String) {
        #expect(!FrozenManifest.isMarked(Data(manifest.utf8)))
    }
}
