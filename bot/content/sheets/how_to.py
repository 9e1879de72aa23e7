"""The sheet How to: what somebody reads who has just opened the workbook. Lines that begin with # are headings."""

HOW_TO_LINES = (
    "# A lesson pack for Rounds",
    "One row on the sheet Lessons is one lesson. Click a cell: a note says what belongs in it. Dark headings are "
    "needed; light ones are not.",
    "# Steps",
    "1. Sheet Pack: give the pack a name and a short name. Count the version up each time you upload it.",
    "2. Sheet Skills: one row for each subject. Lessons and tips are sorted by it.",
    "3. Sheet Sources: one row for each work that you cite. What it shows stands under Supports; a figure in a lesson "
    "must stand there.",
    "4. Sheet Lessons: change the example, and add rows below it. Use Alt+Enter for a new line within a cell.",
    "5. Save as Excel Workbook (.xlsx). Send the file to Rounds in Slack, in your own conversation with it.",
    "6. Rounds names every problem with its sheet, row and column, such as Lessons!F12, and changes nothing. When "
    "there is none, it says what would change, and you press Load.",
    "# Good to know",
    "Do not merge cells, and write no formulas: copy a formula's result and paste it as a value.",
    "Columns may stand in any order; keep their headings. Other sheets are passed over: keep notes there.",
    "Never put a patient, a colleague or a real organisation into a lesson, not even changed.",
    "Dates are written like 2026-11-23. Right answer holds one letter. Option D may stay empty.",
)
