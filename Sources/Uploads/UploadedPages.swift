import APIErrors
import Digitization
import Files
import Foundation
import Imaging
import Inference
import LinearAlgebra
import Signals

extension UploadReading {
    /// A page file after its digitization.
    private struct ReadFile {
        let file: UploadedFile
        let pages: DigitizedFile
        /// The first page that can be used.
        let page: DigitizedPage?
        let digest: Digest
    }

    /// Reads a page, pictures of single leads, or pictures of beats.
    func pages(_ files: [UploadedFile]) throws -> UploadedECG {
        let folder = try PrivateFolder()
        let isPart = files.count > 1
        func read(_ options: UploadOptions) throws -> [ReadFile] {
            var kept = 0
            return try files.enumerated().map { index, file in
                let name = "page-\(index)"
                if options == self.options { try folder.write(file.bytes, as: name) }
                var digitizer = PageDigitizer()
                // Pictures that are too large together have no overlay and need much memory.
                digitizer.keepsPictures = kept <= Self.stackLimit
                digitizer.checkpoint = checkpoint
                digitizer.hints = PageHints(
                    speed: options.speed, gain: options.gain, lead: lead(of: file, index), isPart: isPart)
                let pages = try digitizer.digitize(contentsOf: folder(name))
                kept += pages.pages.compactMap(\.picture).reduce(0) { $0 + $1.width * $1.height }
                return ReadFile(
                    file: file, pages: pages, page: pages.pages.first(where: \.isAcceptable),
                    digest: Digest(of: file.bytes))
            }
        }
        var found = try read(options)
        if found.allSatisfy({ $0.page == nil }) { return try beatPictures(found) }
        for (index, entry) in found.enumerated() where entry.page == nil {
            throw refusal(of: entry, at: index, isPart: isPart)
        }
        guard isPart else { return page(found[0], found[0].page!) }
        if let scale = knownScale(of: found), scale != options { found = try read(scale) }
        return try together(found)
    }

    /// The name of a single lead by the file's name, for example `V1` for `lead_V1.jpg`, else by the field `lead_names`.
    private func lead(of file: UploadedFile, _ index: Int) -> String? {
        let stem = URL(fileURLWithPath: file.name).deletingPathExtension().lastPathComponent
        let words = stem.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        if let name = words.compactMap(PageHints.leadName).last { return name }
        guard options.leadNames.indices.contains(index), !options.leadNames[index].isEmpty else { return nil }
        return options.leadNames[index]
    }

    private func refusal(of entry: ReadFile, at index: Int, isPart: Bool) -> APIError {
        let page = entry.pages.pages[0]
        let reason = page.reasons.first { !$0.isTolerable } ?? page.reasons.first ?? .unreadable
        if isPart, reason == .unknownLayout {
            return APIError(
                .unknownLeads,
                "The lead on this picture is not named. Choose its name, or name the file after it, for example V1.png.",
                file: entry.file.name)
        }
        var sentences = page.reasons.filter { !$0.isTolerable || page.reasons.count == 1 }.map(\.sentence)
        if reason == .noGrid, page.pixelsPerMillimeter != nil, options.speed == nil {
            sentences.append("If you know the paper speed, enter it.")
        }
        return APIError(
            ErrorCode(rawValue: reason.rawValue) ?? .unreadable, sentences.joined(separator: " "),
            file: entry.file.name)
    }

    // MARK: - A page

    private func page(_ entry: ReadFile, _ page: DigitizedPage) -> UploadedECG {
        let name = entry.file.name
        var ecg = UploadedECG(
            file: name,
            files: [
                UnderstoodFile(
                    name: name, kind: page.recording.leads.count == 1 ? .leadPicture : .page,
                    understood: Self.phrase(page, of: entry.pages))
            ], digest: "\(entry.digest)", recording: page.recording)
        ecg.scale.speed = page.speed
        (ecg.scale.limbGain, ecg.scale.chestGain) = (page.gain, page.chestGain)
        ecg.layout = page.layout
        ecg.digitization = try? DigitizationReport(page, file: name, record: nil).jsonLine()
        ecg.proposals = page.proposals.map { proposal in
            switch proposal {
            case .exchange(let one, let other): .exchange(one, other)
            case .invert(let lead): .invert(lead)
            }
        }
        ecg.warnings = Self.warnings(of: page)
        let others = entry.pages.pages.count(where: { $0.isAcceptable }) - 1
        if others > 0 {
            ecg.warnings.append(
                "Only page \(page.number) is shown. \(others) other page\(others == 1 ? "" : "s") with an ECG "
                    + "\(others == 1 ? "is" : "are") left out: upload \(others == 1 ? "it" : "them") separately.")
        }
        ecg.overlay = (page.overlay(deidentified: deidentifies)).flatMap { try? $0.pngData() }
        return ecg
    }

    private static func warnings(of page: DigitizedPage) -> [String] {
        var warnings = page.reasons.map(\.sentence)
        if page.speedEvidence == .assumed { warnings.append("The paper speed is not on the page: 25 mm/s is assumed.") }
        if page.gainEvidence == .assumed { warnings.append("The gain is not on the page: 10 mm/mV is assumed.") }
        return warnings
    }

    /// For example `PDF page, 12 leads, 3×4 and a rhythm strip II, 25 mm/s, 10 mm/mV`.
    private static func phrase(_ page: DigitizedPage, of file: DigitizedFile? = nil) -> String {
        let isLead = page.recording.leads.count == 1
        var parts = [page.kind == .vector ? "PDF page" : isLead ? "Picture of a lead" : "Picture of a page"]
        if let file, file.pages.count + file.skippedPages.count > 1 { parts[0] += " \(page.number)" }
        let count = page.recording.leads.count
        parts.append(count == 1 ? "lead \(page.recording.leads[0].name)" : "\(count) leads")
        if let layout = page.layout, layout != "1x1" {
            let strips = page.leadBoxes.filter(\.isRhythmStrip).map(\.lead)
            let table = layout.prefix { $0 != "+" }.replacing("x", with: "×")
            let ending = strips.count == 1 ? " and a rhythm strip \(strips[0])" : ""
            let endings = strips.count > 1 ? " and rhythm strips \(strips.joined(separator: ", "))" : ""
            parts.append(table + ending + endings)
        }
        parts.append("\(number(page.speed)) mm/s\(page.speedEvidence == .assumed ? " (assumed)" : "")")
        let gain =
            page.gain == page.chestGain ? number(page.gain) : "\(number(page.gain)) and \(number(page.chestGain))"
        parts.append("\(gain) mm/mV\(page.gainEvidence == .assumed ? " (assumed)" : "")")
        return parts.joined(separator: ", ")
    }

    // MARK: - Pictures of leads

    /// Speed and gain of the pictures that show them, for those that do not. Nil if no picture shows one.
    private func knownScale(of found: [ReadFile]) -> UploadOptions? {
        var scale = options
        let pages = found.compactMap(\.page)
        let speeds = Set(pages.filter { $0.speedEvidence != .assumed }.map(\.speed))
        if scale.speed == nil, speeds.count == 1, speeds.first != 25 { scale.speed = speeds.first }
        let known = pages.filter { $0.gainEvidence != .assumed }
        let gains = Set(known.flatMap { [$0.gain, $0.chestGain] })
        if scale.gain == nil, gains.count == 1, gains.first != 10 { scale.gain = gains.first }
        return scale == options ? nil : scale
    }

    /// Seconds: shorter leads were drawn in columns, one after the other.
    private static let columnDuration = 4.0

    private func together(_ found: [ReadFile]) throws -> UploadedECG {
        let pages = found.map { $0.page! }
        var leads: [(lead: Recording.Lead, file: Int)] = []
        for (index, page) in pages.enumerated() {
            for lead in page.recording.leads {
                if let other = leads.first(where: { $0.lead.name == lead.name }) {
                    throw APIError(
                        .severalRecordings,
                        "Lead \(lead.name) is on \(found[other.file].file.name) and on \(found[index].file.name). Upload the "
                            + "pictures of one ECG at a time, or name the leads.")
                }
                leads.append((lead, index))
            }
        }
        let recording = Self.joined(
            leads.map(\.lead), rate: pages[0].recording.samplingRate,
            areSingle: pages.allSatisfy {
                $0.recording.leads.count == 1
            })
        let isAssumed = pages.contains { $0.speedEvidence == .assumed }
        guard !isAssumed || SelfCheck.fitsAssumedSpeed(recording) else {
            throw APIError(
                .noGrid,
                "The paper speed is not on the pictures, and 25 mm/s does not fit. Please enter the paper speed.")
        }
        var hasher = Digest.Hasher()
        for entry in found { hasher.update(Array("\(entry.digest)\n".utf8)) }
        var ecg = UploadedECG(
            file: found[0].file.name,
            files: zip(found, pages).map { entry, page in
                UnderstoodFile(
                    name: entry.file.name, kind: page.recording.leads.count == 1 ? .leadPicture : .page,
                    understood: Self.phrase(page))
            }, digest: "\(hasher.finish())", recording: recording)
        ecg.scale.speed = pages[0].speed
        let limb = pages.first { $0.recording.leads.contains { !$0.name.hasPrefix("V") } }
        let chest = pages.first { $0.recording.leads.contains { $0.name.hasPrefix("V") } }
        ecg.scale.limbGain = limb?.gain ?? 10
        ecg.scale.chestGain = chest?.chestGain ?? ecg.scale.limbGain
        // A warning that holds for all pictures is given once.
        let warnings = zip(found, pages).map { ($0.file.name, Self.warnings(of: $1)) }
        let common = warnings[0].1.filter { sentence in warnings.allSatisfy { $0.1.contains(sentence) } }
        ecg.warnings =
            common
            + warnings.flatMap { name, sentences in
                sentences.filter { !common.contains($0) }.map { "\(name): \($0)" }
            }
        if pages.allSatisfy({ $0.picture != nil }) {
            ecg.overlay = Self.stacked(pages.compactMap { $0.overlay(deidentified: deidentifies) })
        }
        return ecg
    }

    /// The leads with the same number of samples. Single leads of a column's length get the times of the usual columns:
    /// I to III, aVR to aVF, V1 to V3, V4 to V6.
    private static func joined(_ leads: [Recording.Lead], rate: Double, areSingle: Bool) -> Recording {
        let longest = leads.map(\.sampleCount).max() ?? 0
        let order = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
        let sorted = leads.sorted { (order.firstIndex(of: $0.name) ?? 12) < (order.firstIndex(of: $1.name) ?? 12) }
        let isColumns = areSingle && Double(longest) / rate < columnDuration
        let columns = sorted.map { isColumns ? (order.firstIndex(of: $0.name) ?? 0) / 3 : 0 }
        let first = columns.min() ?? 0
        let usual = Int(2.5 * rate)
        let width = abs(longest - usual) * 10 < usual ? usual : longest
        let count = ((columns.max() ?? 0) - first) * width + max(width, longest)
        return Recording(
            samplingRate: rate,
            leads: zip(sorted, columns).map { lead, column in
                var samples = [Float](repeating: .nan, count: count)
                let start = (column - first) * width
                for (index, value) in lead.samples.enumerated() { samples[start + index] = value }
                return Recording.Lead(name: lead.name, samples: samples)
            })
    }

    /// The most pixels of the overlays of several pictures together.
    private static let stackLimit = 24_000_000

    /// The pictures as one, from top to bottom; nil if they are too large together.
    private static func stacked(_ pictures: [Page]) -> Data? {
        let width = pictures.map(\.width).max() ?? 0
        let height = pictures.map(\.height).reduce(0, +)
        guard width > 0, width * height <= stackLimit else { return nil }
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        var row = 0
        for picture in pictures {
            for y in 0 ..< picture.height {
                let source = 3 * y * picture.width
                let target = 3 * (row + y) * width
                pixels.replaceSubrange(
                    target ..< target + 3 * picture.width, with: picture.pixels[source ..< source + 3 * picture.width])
            }
            row += picture.height
        }
        return try? Page(width: width, height: height, pixels: pixels).pngData()
    }

    // MARK: - Pictures of beats

    private static let beatReasons: Set<PageReason> = [.noPageFound, .noGrid, .unknownLayout, .tooSmall]

    /// Classifies pictures that are not pages.
    private func beatPictures(_ found: [ReadFile]) throws -> UploadedECG {
        func pageError() -> APIError { refusal(of: found[0], at: 0, isPart: found.count > 1) }
        let canBeBeats = found.allSatisfy { entry in
            FileKind(of: entry.file.bytes).isPicture && !Self.beatReasons.isDisjoint(with: entry.pages.pages[0].reasons)
        }
        guard canBeBeats else { throw pageError() }
        let pictures = found.map { (name: $0.file.name, bytes: Result<Data, any Error>.success($0.file.bytes)) }
        var predictions: [Prediction] = []
        for model in models.pictures {
            for picture in pictures {
                try checkpoint()
                let answers = try model.predictions(of: [picture], workers: Workers(count: 1), limits: limits)
                predictions += answers.compactMap { try? $0.get() }.filter { !$0.reasons.contains(.notAnECG) }
            }
        }
        let known = Set(predictions.map(\.file))
        guard found.allSatisfy({ known.contains($0.file.name) }) else { throw pageError() }
        var hasher = Digest.Hasher()
        for entry in found { hasher.update(Array("\(entry.digest)\n".utf8)) }
        var ecg = UploadedECG(
            file: found[0].file.name,
            files: found.map {
                UnderstoodFile(name: $0.file.name, kind: .beatPicture, understood: "Picture of a beat")
            }, digest: "\(hasher.finish())", recording: nil)
        ecg.predictions = predictions
        return ecg
    }
}

extension DigitizedPage {
    /// Whether a person can work with the page: it is usable, or only its leads contradict each other, which a correction
    /// can repair.
    fileprivate var isAcceptable: Bool {
        !recording.leads.isEmpty && reasons.allSatisfy { $0.isTolerable || $0 == .leadsInconsistent }
    }
}
