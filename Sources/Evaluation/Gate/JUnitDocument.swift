import Files
import Foundation

/// A gate's outcome as the XML that CI systems read test results from.
///
/// - Source: the JUnit schema of the Jenkins xUnit plug-in (`junit-10.xsd`).
struct JUnitDocument {
    let outcome: GateOutcome

    var text: String {
        let count = #"tests="\#(outcome.checks.count)" failures="\#(outcome.failures.count)" errors="0""#
        var text = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
        text += "<testsuites \(count)>\n"
        text += #"  <testsuite name="heartsense gate: \#(Self.escaped(outcome.experiment))" \#(count) skipped="0">"#
        text += "\n" + outcome.checks.map(testCase).joined()
        return text + "  </testsuite>\n</testsuites>\n"
    }

    private func testCase(_ check: GateOutcome.Check) -> String {
        let opening = #"    <testcase classname="gate" name="\#(Self.escaped(check.name))""#
        let numbers =
            "baseline \(check.expected), limit \(check.limit ?? "the same"), found \(check.found ?? "nothing")"
        switch check.verdict {
        case .fail(let reason):
            return """
                \(opening)>
                      <failure type="regression" message="\(Self.escaped(reason))">\(Self.escaped(numbers))</failure>
                    </testcase>

                """
        case .pass, .better:
            return """
                \(opening)>
                      <system-out>\(Self.escaped(numbers))</system-out>
                    </testcase>

                """
        }
    }

    /// Text that may stand in an attribute and between tags; what XML 1.0 has no character for becomes U+FFFD.
    static func escaped(_ text: String) -> String {
        // A reader would turn these into spaces if they stood in an attribute as they are.
        HTMLText.escape(text).unicodeScalars.reduce(into: "") { safe, scalar in
            switch scalar {
            case "\t", "\n", "\r": safe += "&#\(scalar.value);"
            default: safe.unicodeScalars.append(scalar)
            }
        }
    }
}

extension GateOutcome {
    /// The outcome as JUnit XML.
    public var junit: String { JUnitDocument(outcome: self).text }
}
