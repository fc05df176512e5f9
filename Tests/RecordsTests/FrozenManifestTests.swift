import Foundation
import Testing

@testable import Records

struct FrozenManifestTests {
    @Test(arguments: [
        "path,frozen\na.png,1\n", "path,frozen\na.png,0\nb.png,yes\n", "frozen,path\nTRUE,a.png\n",
        "# frozen\npath\na.png\n", "path\na.png\n#FROZEN, 2026\n", "# This set is frozen.\r\npath\r\na.png\r\n",
    ])
    func `a row or a remark freezes it`(_ manifest: String) {
        #expect(FrozenManifest.isMarked(Data(manifest.utf8)))
    }

    @Test(arguments: [
        "", "path,labels\nfrozen.png,N\n", "path,frozen\na.png,0\nb.png,\nc.png,no\nd.png,False\n",
        "# unfrozen\npath\na.png\n", "path,labels\na.png,frozen\n", "path,frozen\n",
    ])
    func `nothing else does`(_ manifest: String) {
        #expect(!FrozenManifest.isMarked(Data(manifest.utf8)))
    }
}
