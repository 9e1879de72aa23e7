"""README's table of commands, made from the table of commands. `python -m tests.readme` writes it."""

from collections.abc import Sequence
from pathlib import Path

from bot.content.shipped_pack import shipped_pack
from bot.domain import commands
from bot.domain.commands import Command
from bot.domain.lesson import Skill

README = Path("README.md")
BEGIN, END = "<!-- commands: begin -->\n", "<!-- commands: end -->\n"


def table_of_commands(skills: Sequence[Skill]) -> str:
    """A row for each command, and one for those of the skills."""
    rows = [f"| {_typed(command)} | {command.does} |" for command in commands.COMMANDS]
    of_skills = " ".join(f"`{skill.command}`" for skill in skills if skill.command)
    rows.append(f"| {of_skills} | get a tip on that skill, or lessons that fit if you describe a situation |")
    return "\n".join(["| command | what it does |", "|---|---|", *rows, ""])


def with_table(readme: str) -> str:
    """README with its table of commands as it should be."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{table_of_commands(shipped_pack().skills)}{END}{after}"


def _typed(command: Command) -> str:
    usage = command.usage.replace("|", "\\|")  # a bare one would end the cell
    return f"`{f'{command.typed} {usage}'.strip()}`"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
