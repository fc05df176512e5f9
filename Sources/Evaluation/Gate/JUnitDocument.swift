import Files
import Foundation

/// A gate's outcome as JUnit XML for CI systems.
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
            "baseline \(check.expected), limit \(check.limit ?? "equal"), found \(check.found ?? "nothing")"
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

    /// Escapes text for attributes and element content. Characters that XML 1.0 does not allow become U+FFFD.
    static func escaped(_ text: String) -> String {
        // A parser would normalize these characters in attributes to spaces.
        HTMLText.escape(text).unicodeScalars.reduce(into: "") { safe, scalar in
            switch scalar {
            case "\t", "\n", "\r": safe += "&#\(scalar.value);"
            default: safe.unicodeScalars.append(scalar)
            }
        }
    }
}

extension GateOutcome {
    /// Returns the outcome as JUnit XML.
    public var junit: String { JUnitDocument(outcome: self).text }
}
