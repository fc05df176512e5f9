import Foundation

extension SampleECG {
    /// A DICOM file in explicit little endian with waveforms; `isDerived` adds median beats as a second group.
    ///
    /// - Source: DICOM PS3.5, section 7; PS3.3, section C.10.9.
    static func dicom(
        units: String = "uV", interpretation: String = "SS", padding: Int16? = nil, isDerived: Bool = true
    ) -> Data {
        var channels = Data()
        for name in names {
            let source = sequence(0x003A, 0x0208, [item(text(0x0008, 0x0104, "LO", "Lead \(name)"))])
            let unit = sequence(0x003A, 0x0211, [item(text(0x0008, 0x0100, "SH", units))])
            channels += item(
                source + text(0x003A, 0x0210, "DS", "2.5") + unit + text(0x003A, 0x0212, "DS", "2")
                    + text(0x003A, 0x0213, "DS", "0"))
        }
        var samples = Bytes()
        for place in 0 ..< count { for lead in steps { samples.add(lead[place]) } }
        func group(_ originality: String, count: UInt32, _ samples: Data) -> Data {
            var data = text(0x003A, 0x0004, "CS", originality) + number(0x003A, 0x0005, UInt16(names.count))
            data += long(0x003A, 0x0010, count) + text(0x003A, 0x001A, "DS", "\(Int(samplingRate))")
            data += element(0x003A, 0x0200, "SQ", channels)
            data += number(0x5400, 0x1004, 16) + text(0x5400, 0x1006, "CS", interpretation)
            if let padding {
                var value = Bytes()
                value.add(padding)
                data += element(0x5400, 0x100A, "OW", value.data)
            }
            return item(data + element(0x5400, 0x1010, "OW", samples))
        }
        let median = isDerived ? [group("DERIVED", count: 2, samples.data.prefix(4 * names.count))] : []
        let body =
            text(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.9.1.2") + text(0x0008, 0x0018, "UI", "1.2.3.4")
            + text(0x0008, 0x0020, "DA", "20120502") + text(0x0008, 0x0060, "CS", "ECG")
            + text(0x0010, 0x0010, "PN", "Doe^Jane") + text(0x0010, 0x0020, "LO", "4711")
            + text(0x0010, 0x0040, "CS", "F") + text(0x0010, 0x1010, "AS", "061Y")
            + sequence(0x5400, 0x0100, median + [group("ORIGINAL", count: UInt32(count), samples.data)])
        let meta =
            text(0x0002, 0x0002, "UI", "1.2.840.10008.5.1.4.1.1.9.1.2") + text(0x0002, 0x0003, "UI", "1.2.3.4")
            + text(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1")
        return Data(count: 128) + Data("DICM".utf8) + long(0x0002, 0x0000, UInt32(meta.count)) + meta + body
    }

    private static func element(_ group: UInt16, _ tag: UInt16, _ kind: String, _ value: Data) -> Data {
        var bytes = Bytes()
        bytes.add(group)
        bytes.add(tag)
        bytes.add(kind)
        let padded = value.count % 2 == 0 ? value : value + (kind == "UI" ? Data([0]) : Data([32]))
        if ["OB", "OW", "SQ", "UN"].contains(kind) {
            bytes.add(UInt16(0))
            bytes.add(UInt32(padded.count))
        } else {
            bytes.add(UInt16(padded.count))
        }
        return bytes.data + padded
    }

    private static func text(_ group: UInt16, _ tag: UInt16, _ kind: String, _ text: String) -> Data {
        element(group, tag, kind, Data(text.utf8))
    }

    private static func number(_ group: UInt16, _ tag: UInt16, _ value: UInt16) -> Data {
        var bytes = Bytes()
        bytes.add(value)
        return element(group, tag, "US", bytes.data)
    }

    private static func long(_ group: UInt16, _ tag: UInt16, _ value: UInt32) -> Data {
        var bytes = Bytes()
        bytes.add(value)
        return element(group, tag, "UL", bytes.data)
    }

    private static func item(_ content: Data) -> Data {
        var bytes = Bytes()
        bytes.add(UInt16(0xFFFE))
        bytes.add(UInt16(0xE000))
        bytes.add(UInt32(content.count))
        return bytes.data + content
    }

    private static func sequence(_ group: UInt16, _ tag: UInt16, _ items: [Data]) -> Data {
        element(group, tag, "SQ", items.reduce(Data(), +))
    }
}

extension SampleECG {
    /// An SCP-ECG file with uncompressed samples or first differences.
    ///
    /// - Source: EN 1064:2005, sections 0 (pointers), 1 (patient), 3 (leads) and 6 (rhythm data).
    static func scp(differences: Bool = false) -> Data {
        let codes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        var patient = Bytes()
        func tag(_ number: UInt8, _ value: [UInt8]) {
            patient.add(number)
            patient.add(UInt16(value.count))
            patient.data.append(contentsOf: value)
        }
        tag(0, Array("Doe\0".utf8))
        tag(2, Array("PAT4711\0".utf8))
        tag(5, [UInt8(1951 & 255), UInt8(1951 >> 8), 5, 2])
        tag(8, [2])
        tag(14, [UInt8](repeating: 0, count: 36))
        tag(25, [UInt8(2012 & 255), UInt8(2012 >> 8), 5, 3])
        tag(26, [10, 0, 0])
        tag(255, [])
        var leads = Bytes()
        leads.add(UInt8(codes.count))
        leads.add(UInt8(codes.count << 3 | 4))
        for code in codes {
            leads.add(UInt32(1))
            leads.add(UInt32(count))
            leads.add(code)
        }
        var rhythm = Bytes()
        rhythm.add(UInt16(5000))
        rhythm.add(UInt16(1_000_000 / Int(samplingRate)))
        rhythm.add(UInt8(differences ? 1 : 0))
        rhythm.add(UInt8(0))
        for _ in codes { rhythm.add(UInt16(2 * count)) }
        for lead in steps {
            var last: Int16 = 0
            for step in lead {
                rhythm.add(differences ? step - last : step)
                last = step
            }
        }
        let content: [Int: Data] = [1: patient.data, 3: leads.data, 6: rhythm.data]
        let sectionCount = 12
        var pointers = Bytes()
        var sections = Data()
        let first = 6 + 16 + 10 * sectionCount
        for number in 0 ..< sectionCount {
            pointers.add(UInt16(number))
            if number == 0 {
                pointers.add(UInt32(16 + 10 * sectionCount))
                pointers.add(UInt32(7))
            } else if let body = content[number] {
                let section = section(UInt16(number), body)
                pointers.add(UInt32(section.count))
                pointers.add(UInt32(first + sections.count + 1))
                sections += section
            } else {
                pointers.add(UInt32(0))
                pointers.add(UInt32(0))
            }
        }
        let all = section(0, pointers.data, reserved: "SCPECG") + sections
        var file = Bytes()
        file.add(UInt32(all.count + 6))
        let rest = file.data + all
        var start = Bytes()
        start.add(checksum(rest))
        return start.data + rest
    }

    private static func section(_ number: UInt16, _ body: Data, reserved: String = "\0\0\0\0\0\0") -> Data {
        let padded = body.count % 2 == 0 ? body : body + Data([0])
        var bytes = Bytes()
        bytes.add(number)
        bytes.add(UInt32(16 + padded.count))
        bytes.add(UInt8(20))
        bytes.add(UInt8(20))
        bytes.add(reserved)
        let rest = bytes.data + padded
        var start = Bytes()
        start.add(checksum(rest))
        return start.data + rest
    }

    /// CRC-CCITT.
    private static func checksum(_ data: Data) -> UInt16 {
        var sum: UInt16 = 0xFFFF
        for byte in data {
            sum ^= UInt16(byte) << 8
            for _ in 0 ..< 8 { sum = sum & 0x8000 != 0 ? sum << 1 ^ 0x1021 : sum << 1 }
        }
        return sum
    }
}
