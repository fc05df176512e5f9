import Foundation
import Signals

/// Eight leads in steps of 5 µV, which all formats store exactly.
enum SampleECG {
    static let names = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"]
    static let samplingRate = 250.0
    static let count = 1000

    /// Steps of 5 µV: a beat each 0.8 s, of another height in each lead.
    static let steps: [[Int16]] = names.indices.map { lead in
        (0 ..< count).map { place in
            let time = (Double(place) / samplingRate + 0.4).truncatingRemainder(dividingBy: 0.8) - 0.4
            let wave = 240 * exp(-time * time / 0.0002) + 40 * exp(-pow((time - 0.25) / 0.04, 2))
            return Int16((wave * Double(8 - lead) / 8).rounded()) + Int16(place % 3) - 1
        }
    }

    static let millivolts: [[Float]] = steps.map { $0.map { Float(Double($0) * 0.005) } }

    static let recording = Recording(
        samplingRate: samplingRate, leads: zip(names, millivolts).map { Recording.Lead(name: $0, samples: $1) })

    /// The largest difference of the leads that a recording shares with this one, in mV; infinite for another shape.
    static func difference(_ other: Recording) -> Float {
        guard other.samplingRate == samplingRate, other.sampleCount == count else { return .infinity }
        var largest: Float = 0
        for (name, samples) in zip(names, millivolts) {
            guard let lead = other.leads.first(where: { $0.name == name }) else { return .infinity }
            for (one, another) in zip(lead.samples, samples) {
                largest = max(largest, one.isNaN ? .infinity : abs(one - another))
            }
        }
        return largest
    }
}

/// Little-endian bytes.
struct Bytes {
    var data = Data()

    mutating func add<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }

    mutating func add(_ text: String) { data.append(contentsOf: text.utf8) }

    /// Adds a text with spaces up to a width.
    mutating func add(_ text: String, width: Int) {
        data.append(contentsOf: text.utf8.prefix(width))
        data.append(contentsOf: [UInt8](repeating: 32, count: max(0, width - text.utf8.count)))
    }
}

extension SampleECG {
    /// EDF, BDF or EDF+D with data records of one second; `gap` seconds are missing before the third record.
    ///
    /// - Source: www.edfplus.info/specs/edf.html and edfplus.html.
    static func edf(isBDF: Bool = false, gap: Int = 0, units: String = "uV", prefix: String = "ECG ") -> Data {
        let perRecord = Int(samplingRate)
        let records = count / perRecord
        let isPlus = gap > 0
        let annotationSize = isPlus ? 8 : 0
        let signalCount = names.count + (isPlus ? 1 : 0)
        var file = Bytes()
        if isBDF {
            file.data.append(255)
            file.add("BIOSEMI", width: 7)
        } else {
            file.add("0", width: 8)
        }
        file.add("X F 02-MAY-1951 Jane_Doe", width: 80)
        file.add("Startdate 02-MAR-2002 X X X", width: 80)
        file.add("02.03.0210.11.12")
        file.add("\(256 * (signalCount + 1))", width: 8)
        file.add(isPlus ? "EDF+D" : "", width: 44)
        file.add("\(records)", width: 8)
        file.add("1", width: 8)
        file.add("\(signalCount)", width: 4)
        let labels = names.map { prefix + $0 } + (isPlus ? ["EDF Annotations"] : [])
        let scale = units == "uV" ? 5.0 : 0.005
        let fields: [(Int, (Int) -> String)] = [
            (16, { labels[$0] }), (80, { _ in "" }), (8, { $0 < names.count ? units : "" }),
            (8, { $0 < names.count ? "\(-1000 * scale)" : "-1" }), (8, { $0 < names.count ? "\(1000 * scale)" : "1" }),
            (8, { $0 < names.count ? "-1000" : "-32768" }), (8, { $0 < names.count ? "1000" : "32767" }),
            (80, { _ in "" }), (8, { $0 < names.count ? "\(perRecord)" : "\(annotationSize)" }), (32, { _ in "" }),
        ]
        for (width, text) in fields {
            for index in 0 ..< signalCount { file.add(text(index), width: width) }
        }
        for record in 0 ..< records {
            for lead in names.indices {
                for step in steps[lead][record * perRecord ..< (record + 1) * perRecord] {
                    file.add(step)
                    if isBDF { file.add(Int8(step < 0 ? -1 : 0)) }
                }
            }
            guard isPlus else { continue }
            var note = Data("+\(record + (record > 1 ? gap : 0))\u{14}\u{14}\0".utf8)
            note.append(Data(repeating: 0, count: 2 * annotationSize - note.count))
            file.data.append(note)
        }
        return file.data
    }

    /// GE MUSE XML as its export has it: a median and a rhythm waveform of eight leads.
    static func muse(units: String = "MICROVOLTS", perBit: String = "5") -> String {
        let leads = zip(names, steps).map { name, steps in
            var bytes = Bytes()
            for step in steps { bytes.add(step) }
            return """
                <LeadData><LeadByteCountTotal>\(2 * count)</LeadByteCountTotal><LeadSampleCountTotal>\(count)\
                </LeadSampleCountTotal><LeadAmplitudeUnitsPerBit>\(perBit)</LeadAmplitudeUnitsPerBit>\
                <LeadAmplitudeUnits>\(units)</LeadAmplitudeUnits><LeadID>\(name)</LeadID>\
                <LeadSampleSize>2</LeadSampleSize>
                <WaveFormData>
                \(bytes.data.base64EncodedString(options: .lineLength76Characters))
                </WaveFormData></LeadData>
                """
        }
        return """
            <?xml version="1.0" encoding="ISO-8859-1"?>
            <!DOCTYPE RestingECG SYSTEM "restecg.dtd">
            <RestingECG>
            <PatientDemographics><PatientID>4711</PatientID><PatientAge>61</PatientAge><AgeUnits>YEARS</AgeUnits>\
            <Gender>FEMALE</Gender><PatientLastName>Doe</PatientLastName></PatientDemographics>
            <Waveform><WaveformType>Median</WaveformType><SampleBase>500</SampleBase></Waveform>
            <Waveform><WaveformType>Rhythm</WaveformType><NumberofLeads>\(names.count)</NumberofLeads>
            <SampleBase>25</SampleBase><SampleExponent>1</SampleExponent>
            \(leads.joined(separator: "\n"))
            </Waveform>
            </RestingECG>
            """
    }

    /// HL7 aECG with one series; `parts` are lead and first sample of the sequence sets.
    ///
    /// - Source: HL7 aECG Implementation Guide, final 21 March 2005, section 6.
    static func aECG(in sets: [[Int]] = [Array(names.indices)], length: Int = count) -> String {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <id root="61d1a24f-b47e-41aa-ae95-f8ac302f4eeb"/>
            <effectiveTime><low value="20120502100000.000"/></effectiveTime>
            <componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>
            <id root="1.2.3" extension="SUBJ_7"/><subjectDemographicPerson><name>Jane Doe</name>
            <administrativeGenderCode code="F"/><birthTime value="19510502"/></subjectDemographicPerson>
            </trialSubject></subject></subjectAssignment></componentOf></timepointEvent></componentOf>
            <component><series><code code="RHYTHM"/>\n
            """
        for (number, leads) in sets.enumerated() {
            let start = sets.count > 1 ? number * length : 0
            let seconds = String(format: "%06.3f", Double(start) / samplingRate)
            text += """
                <component><sequenceSet><component><sequence><code code="TIME_ABSOLUTE"/>
                <value xsi:type="GLIST_TS"><head value="201205021000\(seconds)"/>\
                <increment value="0.004" unit="s"/></value></sequence></component>\n
                """
            for lead in leads {
                let digits = steps[lead][start ..< start + length].map { "\($0)" }.joined(separator: " ")
                text += """
                    <component><sequence><code code="MDC_ECG_LEAD_\(names[lead].uppercased())"/>
                    <value xsi:type="SLIST_PQ"><origin value="0" unit="uV"/><scale value="5" unit="uV"/>
                    <digits>\(digits)</digits></value></sequence></component>\n
                    """
            }
            text += "</sequenceSet></component>\n"
        }
        return text + "</series></component></AnnotatedECG>\n"
    }
}
