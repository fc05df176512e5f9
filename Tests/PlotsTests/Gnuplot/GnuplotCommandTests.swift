import Foundation
import Testing

@testable import Plots

/// Text that would be harmful in a shell, in gnuplot, in HTML or on a terminal.
enum HostileText {
    /// Each text would create the file if a part of it were executed.
    static func commands(making marker: String) -> [String] {
        [
            "\"; system(\"touch \(marker)\"); \"", "`touch \(marker)`", "$(touch \(marker))",
            "x\n!touch \(marker)\n", "x\r!touch \(marker)\r", "'\nsystem \"touch \(marker)\"\n'",
            "\\\" ; system(\"touch \(marker)\") #", "@system", "e\n!touch \(marker)",
            "%d%s%n%%", "<script>alert(1)</script>", "</title></svg>", "a_b^{c} {/:Bold d}", "|touch \(marker)",
            "< touch \(marker)", "\u{1B}[31mred", "Ωé漢字👩‍⚕️", "\u{202E}right to left", "", " ", "N|S", "id='x' href='#y'",
            String(repeating: "long ", count: 5000),
        ]
    }
}

struct GnuplotCommandTests {
    private func text(_ command: GnuplotCommand) -> String { command.source(for: .svg) }

    @Test func `text becomes a string literal of letters, spaces and octal escapes`() {
        #expect(text("set title \("a \"é` 5%")") == #"set title "a \042\303\251\140 \065\045""#)
    }

    @Test func `a percent sign in a tic label is escaped as a format`() {
        #expect(text("\(tic: "%d")") == #""\045\045d""#)
    }

    @Test(arguments: HostileText.commands(making: "/tmp/marker"))
    func `no text ends its string literal`(hostile: String) {
        let commands: [GnuplotCommand] = ["\(hostile)", "\(tic: hostile)"]
        for literal in commands.flatMap({ [$0.source(for: .svg), $0.source(for: .png)] }) {
            let bytes = Array(literal.utf8)
            #expect(bytes.first == UInt8(ascii: "\"") && bytes.last == UInt8(ascii: "\""))
            let inside = bytes.dropFirst().dropLast()
            let isHarmless = inside.allSatisfy { byte in
                let character = Character(Unicode.Scalar(byte))
                return character.isASCII && (character.isLetter || character.isNumber || " \\".contains(character))
            }
            #expect(isHarmless)
            // Every backslash is followed by three octal digits, so that none can escape the closing quote.
            let pieces = String(decoding: inside, as: UTF8.self).split(
                separator: "\\", omittingEmptySubsequences: false)
            #expect(pieces.dropFirst().allSatisfy { $0.prefix(3).count == 3 && Int($0.prefix(3), radix: 8) != nil })
        }
    }

    @Test func `very long text is cut`() {
        let literal = text("\(String(repeating: "a", count: 5000))")
        #expect(
            literal.hasPrefix("\"aaa") && literal.hasSuffix("a\\342\\200\\246\"") && literal.utf8.count == 2 + 119 + 12)
    }

    @Test func `numbers are literals, and NaN is an undefined value`() {
        #expect(text("\(3) \(-0.5) \(Double.nan) \(-Double.infinity)") == "3 -0.5 NaN NaN")
        #expect(text("\(Color(0x0072B2)) \(name: Color(0xFF))") == ##"rgb "#0072b2" "#0000ff""##)
    }

    @Test func `pieces are listed with commas`() {
        #expect(GnuplotCommand.list(["x", "sin(x)"]).source(for: .svg) == "x, sin(x)")
    }
}
