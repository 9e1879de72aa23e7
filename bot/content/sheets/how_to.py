"""The text of the How to sheet, the instructions in a workbook. Lines that start with # are headings."""

HOW_TO_LINES = (
    "# A lesson pack for Rounds",
    "Each row on the Lessons sheet is one lesson. Click a cell to see what belongs in it. Columns with dark headings "
    "are required. Columns with light headings are optional.",
    "# Steps",
    "1. Pack sheet: give the pack a name and a short name. Raise the version number each time you upload it.",
    "2. Skills sheet: add a row for each subject. Rounds groups lessons and tips by skill.",
    "3. Sources sheet: add a row for each work you cite. In Supports, write what it shows, with every figure that a "
    "lesson uses.",
    "4. Lessons sheet: change the example, and add rows below it. Press Alt+Enter for a new line within a cell.",
    "5. Programs sheet, if you want one: a path of lessons in order, for people in one role. They choose it, and get "
    "its lessons first.",
    "6. Save the file as Excel Workbook (.xlsx), and send it to Rounds as a direct message in Slack.",
    "7. Rounds lists problems with their sheet and cell, such as Lessons!F12, and changes nothing. When there are no "
    "more problems, it says what would change. Press Preview to see the lessons, and Load to use them.",
    "# Good to know",
    "Don't merge cells or use formulas. Copy a formula's result, and paste it as a value.",
    "Columns may be in any order, but keep their headings. Rounds ignores other sheets, so you can use them for notes.",
    "Never write about a real patient, colleague, or organization, not even with details changed.",
    "Write dates like 2026-11-23. Right answer takes one letter. You can leave Option D empty.",
    "For notes to your co-authors, add a column called Comment to any sheet. Rounds doesn't read it or keep it.",
)
