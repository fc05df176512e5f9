import Testing

@testable import Serving

struct PictureNameTests {
    @Test func `a file name loses folders, control characters and excess`() {
        let names: [(String?, String)] = [
            ("beat.png", "beat.png"), ("../../etc/passwd", "passwd"), ("C:\\Users\\me\\ecg 1.png", "ecg 1.png"),
            ("/", "standard"), ("..", "standard"), (".", "standard"), ("", "standard"), (nil, "standard"),
            ("a\r\nSet-Cookie: b", "aSet-Cookie: b"), ("x\0.png", ".png"), ("\u{202E}gnp.exe", "gnp.exe"),
            ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
            ("Herz-Ärzte-心.png", "Herz-Ärzte-心.png"),
            (String(repeating: "é", count: 500), String(repeating: "é", count: 128)),
        ]
        for (name, expected) in names { #expect(PictureName.clean(name, standard: "standard") == expected) }
    }
}
