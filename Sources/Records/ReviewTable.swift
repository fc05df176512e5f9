extension StorageMigrations {
    static let review = [
        """
        CREATE TABLE reviews (
            result INTEGER PRIMARY KEY REFERENCES results ON DELETE CASCADE,
            -- How much a clinician's look at it is worth: ReviewPriority.
            priority REAL NOT NULL
        ) STRICT
        """,
        "CREATE INDEX reviews_priority ON reviews (priority)",
    ]
}
