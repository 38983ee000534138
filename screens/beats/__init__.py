"""The editor of heart beats: tachogram, edits, measures, spectrum, Poincaré plot, quality, and the recipe beside Kubios'."""
