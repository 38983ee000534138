"""Files of other systems, read and checked without interpretation."""
