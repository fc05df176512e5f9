import Foundation
import Testing

@testable import Serving

struct Base64VariantsTests {
    @Test func `all common forms of base64 give the same bytes`() {
        for count in 0 ..< 70 {
            let bytes = Data((0 ..< count).map { UInt8(truncatingIfNeeded: 251 - $0 * 7) })
            let plain = bytes.base64EncodedString()
            let lines = bytes.base64EncodedString(options: [.lineLength64Characters, .endLineWithCarriageReturn])
            let url = plain.replacing("+", with: "-").replacing("/", with: "_")
            for text in [
                plain, lines, lines + "\r\n", url, plain.replacing("=", with: ""), url.replacing("=", with: ""),
                "data:image/png;base64," + plain, "DATA:image/jpeg;charset=x;BASE64," + url, "data:;base64," + lines,
                " \t" + plain.map { "\($0)" }.joined(separator: "\n"),
            ] {
                #expect(Base64Variants.decode(text) == bytes, "\(text)")
            }
        }
    }

    @Test func `other texts give nil`() {
        for text in ["A", "AAAAA", "AA*A", "A=AA", "AAA===", "====", "data:image/png,AAAA", "data:", "ÄÄÄÄ", "AA\0A"] {
            #expect(Base64Variants.decode(text) == nil, "\(text)")
        }
    }
}
