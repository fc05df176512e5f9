import Foundation
import LinearAlgebra
import Testing

@testable import Plots

struct GnuplotTests {
    /// Returns what gnuplot prints for `commands`, after a header that is accepted as a drawing.
    private func printed(_ commands: [GnuplotCommand], _ script: GnuplotScript = GnuplotScript()) throws -> String {
        var script = script
        script.run("set print \("-")")
        script.run("print \("<?xml")")
        for command in commands { script.run(command) }
        let output = try Gnuplot().draw(script, as: .svg, figure: "test")
        return String(decoding: output.dropFirst("<?xml\n".utf8.count), as: UTF8.self)
    }

    private func failure(_ commands: GnuplotCommand..., by gnuplot: Gnuplot = Gnuplot()) -> PlotError? {
        var script = GnuplotScript()
        for command in commands { script.run(command) }
        do {
            _ = try gnuplot.draw(script, as: .svg, figure: "test")
            return nil
        } catch {
            return error as? PlotError
        }
    }

    @Test func `numbers reach gnuplot unchanged, gaps as nan`() throws {
        var script = GnuplotScript()
        let block = script.block([[1, -0.1, 1e-300], [.nan, .infinity, 12_345_678.5]])
        let rows = try printed(["do for [i=1:|\(block)|] { print \(block)[i] }"], script)
        #expect(rows == "1 -0.1 1e-300\nnan nan 12345678.5\n")
    }

    @Test func `a missing program is reported with the package to install`() {
        let error = failure("print 1", by: Gnuplot(program: "no-such-gnuplot"))
        #expect(error == .gnuplotMissing(program: "no-such-gnuplot"))
        #expect(error?.description.contains("gnuplot-nox") == true)
    }

    @Test func `a path that is not a program is reported with the system's reason`() {
        guard case .gnuplotNotStarted(_, let reason) = failure("print 1", by: Gnuplot(program: "/")) else {
            Issue.record("a folder was started as a program")
            return
        }
        #expect(reason.lowercased().contains("denied"))
    }

    @Test func `an unknown terminal is an error`() {
        guard case .gnuplotRefused(_, 1, let message) = failure("set terminal nosuch", "plot 1") else {
            Issue.record("an unknown terminal was accepted")
            return
        }
        #expect(message.contains("unknown or ambiguous terminal"))
    }

    @Test func `an error after the first plot is an error`() {
        guard case .gnuplotRefused(_, 1, let message) = failure("set terminal svg", "plot x", "plot sin(x", "plot x")
        else {
            Issue.record("a syntax error was accepted")
            return
        }
        #expect(message.contains("')' expected"))
    }

    @Test func `an exit status is reported`() {
        #expect(
            failure("exit status 5")
                == .gnuplotRefused(figure: "test", status: 5, message: "no error message"))
    }

    @Test func `a signal that ends gnuplot is reported`() {
        #expect(failure("system \("kill -9 $PPID")") == .gnuplotKilled(figure: "test", signal: 9))
    }

    @Test func `an empty output is an error`() {
        guard case .nothingDrawn(_, _, "no output") = failure("set terminal svg") else {
            Issue.record("an empty drawing was accepted")
            return
        }
    }

    @Test func `an output of another format is an error`() {
        guard case .nothingDrawn(_, "an SVG document", let found) = failure("set print \("-")", "print \("hello")")
        else {
            Issue.record("a greeting was accepted as a drawing")
            return
        }
        #expect(found.hasPrefix("6 bytes"))
    }

    @Test func `gnuplot is stopped after the time limit`() {
        // Without a time limit, this script and test would not end.
        let error = failure("while (1) { x = 1 }", by: Gnuplot(timeLimit: 0.3))
        #expect(error == .gnuplotTimedOut(figure: "test", seconds: 0.3))
    }

    @Test func `gnuplot may end before it has read its input`() {
        var script = GnuplotScript()
        script.run("exit status 3")
        // Much more than a pipe holds.
        for _ in 0 ..< 40_000 { script.run("x = 1234567890") }
        #expect(throws: PlotError.gnuplotRefused(figure: "test", status: 3, message: "no error message")) {
            try Gnuplot().draw(script, as: .svg, figure: "test")
        }
    }

    @Test func `the user's language and gnuplot's start-up files have no effect`() throws {
        #expect(try printed(["print system(\("echo $LC_ALL $LANG $GNUTERM"))"]) == "C.UTF-8\n")
    }

    @Test func `several threads draw the same bytes at the same time`() throws {
        let drawing = try SampleFigures.roc.drawing()
        let drawn = try Workers(count: 4).map(8) { _, _ in try drawing.svg() }
        #expect(Set(drawn).count == 1)
    }
}
