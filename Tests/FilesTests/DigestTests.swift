import Files
import Foundation
import Testing

@Suite struct DigestTests {
    // Examples of FIPS 180-4.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `SHA-256 gives the standard's examples`(text: String, expected: String) {
        #expect(Digest(of: text).description == expected)
        #expect(Digest(hexadecimal: expected) == Digest(of: text))
    }

    @Test func `pieces give the digest of the whole`() {
        var hasher = Digest.Hasher()
        hasher.update(Array("ab".utf8))
        hasher.update([UInt8]())
        hasher.update(Array("c".utf8))
        #expect(hasher.finish() == Digest(of: "abc"))
    }

    @Test func `only 64 hexadecimal digits are a digest`() {
        #expect(Digest(hexadecimal: "abc") == nil)
        #expect(Digest(hexadecimal: String(repeating: "g", count: 64)) == nil)
        #expect(Digest(hexadecimal: String(repeating: "+1", count: 32)) == nil)
    }

    @Test func `a digest survives JSON`() throws {
        let digest = Digest(of: "heart")
        let data = try JSONEncoder().encode([digest])
        #expect(try JSONDecoder().decode([Digest].self, from: data) == [digest])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Digest].self, from: Data("[\"ab\"]".utf8)) }
    }
}
