package struct PageDegradation: Codable, Sendable, Equatable {
}
