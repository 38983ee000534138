"""The browser component that plays the music and measures what was really played."""
