// Classifiers
