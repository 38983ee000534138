"""Bluetooth heart rate sensors: frames (pure), beat times (pure), the link, and bleak as its transport."""
