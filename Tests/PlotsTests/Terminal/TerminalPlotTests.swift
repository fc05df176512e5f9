import Testing

@testable import Plots

struct TerminalPlotTests {
    @Test func `a ramp rises by eighths`() {
        #expect(TerminalPlot.curve([0, 1, 2, 3, 4, 5, 6, 7], width: 8, height: 1) == "7.000 ┤▁▂▃▄▅▆▇█\n")
        #expect(
            TerminalPlot.curve([0, 1, 0.5], width: 60, height: 2) == """
                1.000 ┤ █▁
                0.000 ┤▁██

                """)
    }

    @Test func `values in one column are averaged, and gaps stay empty`() {
        #expect(TerminalPlot.curve([0, 0, .nan, .nan, 1, .nan], width: 3, height: 1) == "1.000 ┤▁ █\n")
    }

    @Test func `constant and single values are drawn, missing values give a message`() {
        #expect(TerminalPlot.curve([2, 2], width: 5, height: 1) == "2.000 ┤▅▅\n")
        #expect(TerminalPlot.curve([]) == "(no values)\n" && TerminalPlot.curve([.nan]) == "(no values)\n")
        #expect(TerminalPlot.curve([-1e308, 1e308], height: 1).hasSuffix("┤▁█\n"))
        #expect(TerminalPlot.curve([5], height: 1, range: 0 ... 1).hasSuffix("┤█\n"))
    }

    @Test func `the length of bars is proportional to their values`() {
        let text = TerminalPlot.bars([("N", 1), ("longer", 0.5625), ("漢", .nan), ("z", -1)], width: 4)
        #expect(
            text == """
                N       ████  1.000
                longer  ██▎   0.562
                漢            –
                z             −1.000

                """)
    }

    @Test func `bars without a value are empty`() {
        #expect(TerminalPlot.bars([("a", .nan)], width: 2) == "a      –\n")
        #expect(TerminalPlot.bars([("a", 0)], width: 2) == "a      0.000\n")
        #expect(TerminalPlot.bars([]) == "")
    }
}
