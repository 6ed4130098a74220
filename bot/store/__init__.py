"""What is kept, and for how long: one encrypted row per talk."""
