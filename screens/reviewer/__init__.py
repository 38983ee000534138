"""The reviewer's pages: protocol, audit trail, verification, checklists and reports."""
