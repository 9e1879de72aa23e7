"""`rounds verify`: says whether a certificate is valid."""

import json
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer


def verify(
    code: Annotated[str, typer.Argument(help="The certificate's code, such as K7M2Q-X9PTB.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
) -> None:
    """Say whether a certificate with this code is valid, and what it certifies. Exits with 1 if it is unknown."""
    from bot.cli.operations.certificates import find_certificate
    from bot.config import read_settings
    from bot.domain.certificate import write_code
    from bot.domain.certificate_text import duration_text, program_name

    found = find_certificate(read_settings(), code)
    if found is None:
        print(json.dumps({"valid": False}) if as_json else "Unknown: no certificate has this code.")
        raise typer.Exit(1)
    if as_json:
        said = {"valid": True, **asdict(found), "code": write_code(found.code), "program": program_name(found.program)}
        print(json.dumps(said, default=date.isoformat, ensure_ascii=False, indent=1))
        return
    print(f"Valid: {write_code(found.code)}")
    print(f"  Name:     {found.name or 'unreadable: its encryption key is missing'}")
    print(f"  About:    {program_name(found.program)}")
    print(f"  Period:   {found.first_day} to {found.last_day}")
    print(f"  Lessons:  {found.lessons}")
    print(f"  Time:     {duration_text(found.minutes)}")
    print(f"  Skills:   {', '.join(found.skills)}")
    print(f"  Issued:   {found.issued_on}")
