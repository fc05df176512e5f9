import Foundation
import Testing

@testable import Signals

@Suite struct WFDBHeaderParsingTests {
    private func parse(_ text: String) throws -> WFDBHeader {
        try WFDBHeader(parsing: Data(text.utf8), path: "r.hea")
    }

    @Test func `every field of a record is read`() throws {
        let header = try parse(
            """
            # Age: 56\r
            r-1_b 2 360.5/1000.25(-7.5) 650000 23:05:09.25 28/06/1987\r

              100.dat 212x4:3+24 200.5(-1024)/uV 11 1023 995 -22131 512 a lead  of two\twords \r
            100.dat 212x2
            #Dx: 1,2
            """)
        #expect(header.record == "r-1_b")
        #expect(header.samplingRate == 360.5)
        #expect(header.counterFrequency == 1000.25)
        #expect(header.baseCounter == -7.5)
        #expect(header.frameCount == 650_000)
        #expect(header.baseTime == DateComponents(hour: 23, minute: 5, second: 9, nanosecond: 250_000_000))
        #expect(header.baseDate == DateComponents(year: 1987, month: 6, day: 28))
        #expect(
            header.start
                == DateComponents(
                    year: 1987, month: 6, day: 28, hour: 23, minute: 5, second: 9, nanosecond: 250_000_000))
        #expect(header.comments == ["Age: 56", "Dx: 1,2"])
        #expect(header.signalCount == 2)
        var first = WFDBHeader.Signal(file: "100.dat", format: .packed12, description: "a lead  of two\twords")
        (first.samplesPerFrame, first.skew, first.offset) = (4, 3, 24)
        (first.gain, first.baseline, first.units) = (200.5, -1024, "uV")
        (first.resolution, first.zero, first.initialValue, first.checksum) = (11, 1023, 995, -22131)
        first.blockSize = 512
        #expect(header.signals[0] == first)
        var second = WFDBHeader.Signal(file: "100.dat", format: .packed12, description: "100.dat")
        (second.samplesPerFrame, second.isCalibrated) = (2, false)
        #expect(header.signals[1] == second)
        #expect(!header.isMultiSegment)
    }

    @Test func `fields that are left out have the format's standard values`() throws {
        let header = try parse("r 1\nr.dat 16 0 12 7\n")
        #expect(header.samplingRate == 250 && header.counterFrequency == 250 && header.baseCounter == 0)
        #expect(header.frameCount == nil && header.start == nil && header.comments == [])
        let signal = header.signals[0]
        #expect(signal.gain == 200 && !signal.isCalibrated && signal.units == "mV" && signal.checksum == nil)
        // Baseline and initial value are the ADC zero.
        #expect(signal.baseline == 7 && signal.initialValue == 7)
        #expect(try parse("r 1 100/0 5\nr.dat 16\n").counterFrequency == 100)
        #expect(try parse("r 1 100(3) 5\nr.dat 16\n").baseCounter == 3)
    }

    @Test(arguments: [("05", 0, 0, 5), ("12:05", 0, 12, 5), ("7:12:05", 7, 12, 5)])
    func `a time may lack hours and minutes`(_ text: String, _ hour: Int, _ minute: Int, _ second: Int) throws {
        let time = try parse("r 1 100 5 \(text)\nr.dat 16\n").baseTime
        #expect(time == DateComponents(hour: hour, minute: minute, second: second, nanosecond: 0))
    }

    @Test func `segments and gaps are read`() throws {
        let header = try parse("r/3 2 250 90\nr_layout 0\nr_1 50\n~ 40\n# 69 M 1 2 x1\n")
        #expect(header.segments.map(\.name) == ["r_layout", "r_1", "~"])
        #expect(header.segments.map(\.frameCount) == [0, 50, 40])
        #expect(header.segments.map(\.isGap) == [false, false, true])
        #expect(header.hasVariableLayout && header.isMultiSegment)
        #expect(header.signals == [] && header.signalCount == 2)
        #expect(try !parse("r/1 2 250\nr_1 50\n").hasVariableLayout)
    }

    @Test func `comments in Latin-1 and a byte order mark are accepted`() throws {
        let header = try WFDBHeader(parsing: Data("r 0\n# caf".utf8) + [0xE9], path: "r.hea")
        #expect(header.comments == ["café"])
        #expect(try parse("\u{FEFF}r 0\n# µV").comments == ["µV"])
        #expect(try parse("\u{FEFF}r 0\n").record == "r")
    }

    @Test(
        arguments: [
            ("", "r.hea: the file has no record line."),
            ("# only a comment\n", "r.hea: the file has no record line."),
            ("r\n", "r.hea line 1: found '', expected a number of signals after the record's name."),
            ("r two 360\n", "r.hea line 1: found 'two', expected a number of signals from 0 to 256."),
            ("r 257 360\n", "r.hea line 1: found '257', expected a number of signals from 0 to 256."),
            ("r 1 0\nr.dat 16\n", "r.hea line 1: found '0', expected a sampling rate from 0.001 to 1000000 Hz."),
            ("r 1 2e6\nr.dat 16\n", "r.hea line 1: found '2e6', expected a sampling rate from 0.001"),
            ("r 1 nan\nr.dat 16\n", "r.hea line 1: found 'nan', expected a sampling rate in Hz."),
            ("r 1 -360\nr.dat 16\n", "r.hea line 1: found '-360', expected a sampling rate from 0.001"),
            ("r 1 360/x\nr.dat 16\n", "r.hea line 1: found 'x', expected a counter frequency in Hz."),
            ("r 1 360/9(1\nr.dat 16\n", "r.hea line 1: found '360/9(1', expected a counter value in brackets."),
            ("r 1 360 -4\nr.dat 16\n", "r.hea line 1: found '-4', expected a number of samples from 0 to"),
            ("r 1 360 99999999999999999999\nr.dat 16\n", "r.hea line 1: found '99999999999999999999', expected"),
            ("r 1 360 9 25:00:00\nr.dat 16\n", "r.hea line 1: found '25:00:00', expected a time of day"),
            ("r 1 360 9 1:2:3:4\nr.dat 16\n", "r.hea line 1: found '1:2:3:4', expected a time of day"),
            ("r 1 360 9 1:2:3 1987-06-28\nr.dat 16\n", "r.hea line 1: found '1987-06-28', expected a date"),
            ("r 1 360 9 1:2:3 1/13/87\nr.dat 16\n", "r.hea line 1: found '13', expected a month from 1 to 12."),
            ("r 2 360\nr.dat 16\n", "r.hea: found 1 signal line, expected 2 as in the first line."),
            ("r 1 360\nr.dat 16\nr.dat 16\n", "r.hea: found 2 signal lines, expected 1 as in the first line."),
            ("r 1 360\n../r.dat 16\n", "r.hea line 2: invalid file name '../r.dat'."),
            ("r 1 360\n/etc/passwd 16\n", "r.hea line 2: invalid file name '/etc/passwd'."),
            ("r 1 360\n- 16\n", "r.hea line 2: invalid file name '-'."),
            ("r 1 360\n.. 16\n", "r.hea line 2: invalid file name '..'."),
            ("r 1 360\nr.dat\n", "r.hea line 2: found '', expected a signal format after the name 'r.dat'."),
            ("r 1 360\nr.dat MIT\n", "r.hea line 2: found '', expected a signal format from"),
            ("r 1 360\nr.dat 17\n", "r.hea line 2: format 17 is not supported. Supported: 0, 8, 16, 24,"),
            ("r 1 360\nr.dat 16x0\n", "r.hea line 2: found '0', expected a number of samples per frame from 1"),
            ("r 1 360\nr.dat 16:x\n", "r.hea line 2: found '', expected a skew in samples from 0"),
            ("r 1 360\nr.dat 16+24x2\n", "r.hea line 2: found '16+24x2', expected a signal format such as"),
            ("r 1 360\nr.dat 16 much/mV\n", "r.hea line 2: found 'much', expected a gain in ADC units per physical"),
            ("r 1 360\nr.dat 16 1e-300/mV\n", "r.hea line 2: found '1e-300', expected a gain of 0, or from 1e-12"),
            ("r 1 360\nr.dat 16 inf/mV\n", "r.hea line 2: found 'inf', expected a gain in ADC units per physical"),
            ("r 1 360\nr.dat 16 200(x)/mV\n", "r.hea line 2: found 'x', expected a baseline in brackets from"),
            ("r 1 360\nr.dat 16 200(1/mV\n", "r.hea line 2: found '200(1', expected a gain with its baseline"),
            ("r 1 360\nr.dat 16 200 x\n", "r.hea line 2: found 'x', expected an ADC resolution in bits from 0 to 64."),
            ("r 1 360\nr.dat 16 200 1 0 0 z\n", "r.hea line 2: found 'z', expected a checksum from"),
            ("r/0 1 360\n", "r.hea line 1: found '0', expected a number of segments from 1 to 65536."),
            ("r/999999999 1 360\n", "r.hea line 1: found '999999999', expected a number of segments from 1 to 65536."),
            ("r/2 1 360\na 5\n", "r.hea: found 1 segment line, expected 2 as in the first line."),
            ("r/1 1 360\na\n", "r.hea line 2: found '', expected a number of samples after the segment's name."),
            ("r/1 1 360\n../a 5\n", "r.hea line 2: invalid file name '../a'."),
            ("r/2 1 360 9\na 5\nb 5\n", "r.hea: segment 'b' has an end at sample 10, expected 9"),
        ])
    func `a damaged header is refused in a sentence`(_ text: String, _ sentence: String) {
        let error = #expect(throws: WFDBError.self) { try parse(text) }
        #expect(error.map { "\($0)" }?.hasPrefix(sentence) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `an error shows only the start of a long value, without control characters`() {
        let error = #expect(throws: WFDBError.self) {
            try parse("r 1 \u{1B}[2J\(String(repeating: "9", count: 500))\nx")
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.count < 200 && text.unicodeScalars.allSatisfy { $0.value >= 32 })
    }
}
