"""Creates Riverside Health, the people, channels, and user groups that every sandbox starts with."""

from dataclasses import replace

from bot.sandbox.manifest import Manifest
from bot.sandbox.model import Channel, Member, UserGroup
from bot.sandbox.workspace import SandboxWorkspace

TEAM_ID = "T0RIVER"
TEAM_NAME = "Riverside Health"
TEAM_DOMAIN = "riverside"
EMAIL_DOMAIN = "riverside.example"
APP_ID = "A0ROUNDS"
BOT_ID = "B0ROUNDS"
BOT_USER_ID = "U0ROUNDS"
SLACKBOT = Member("USLACKBOT", "slackbot", "Slackbot", "", "America/Los_Angeles", is_bot=True)

PEOPLE = (
    Member("U0AMARA", "amara", "Amara Osei", "Nurse manager, medical ward", "America/New_York"),
    Member("U0JONAS", "jonas", "Jonas Weber", "Practice manager", "Europe/Berlin", locale="de-DE"),
    Member("U0PRIYA", "priya", "Priya Nair", "Night charge lead, emergency department", "America/Chicago"),
    Member(
        "U0TOMAS", "tomas", "Tomás Silva", "Hospital administrator", "America/New_York", is_admin=True, is_owner=True
    ),
    Member("U0MEI", "mei", "Mei Tanaka", "Clinic manager", "Asia/Tokyo", locale="ja-JP"),
    Member("U0LENA", "lena", "Lena Fischer", "Head of radiology", "Europe/Berlin", locale="en-GB"),
    Member("U0SAM", "sam", "Sam Carter", "Home-care manager", "America/Los_Angeles"),
    Member("U0RUTH", "ruth", "Ruth Adler", "Former ward manager", "America/New_York", deleted=True),
)


def create_riverside_workspace(manifest: Manifest, created: int) -> SandboxWorkspace:
    """Create Riverside Health with the manifest's app installed. `created` is in Unix seconds."""
    bot = Member(BOT_USER_ID, manifest.bot_name.lower(), manifest.bot_name, "", "Etc/UTC", is_bot=True)
    everyone = tuple(person.id for person in PEOPLE if not person.deleted)
    channels = (
        Channel("C0GENERAL", "general", "channel", everyone, "News for everyone at Riverside Health", created),
        Channel(
            "C0WARD",
            "ward-managers",
            "channel",
            ("U0AMARA", "U0PRIYA", "U0TOMAS", "U0LENA", BOT_USER_ID),
            "Rotas, handovers and what we learn from them",
            created,
        ),
        Channel("G0LEADS", "leads", "private", ("U0PRIYA", "U0TOMAS", "U0LENA"), "Department leads only", created),
    )
    user_groups = (
        UserGroup("S0CHARGE", "Charge nurses", "charge-nurses", ("U0PRIYA", "U0AMARA", "U0RUTH"), created),
        UserGroup("S0CLINIC", "Clinic managers", "clinic-managers", ("U0MEI", "U0JONAS"), created),
    )
    return SandboxWorkspace(
        team_id=TEAM_ID,
        team_name=TEAM_NAME,
        domain=TEAM_DOMAIN,
        app_id=APP_ID,
        bot_id=BOT_ID,
        bot=bot,
        people=(SLACKBOT, *(replace(person, email=f"{person.name}@{EMAIL_DOMAIN}") for person in PEOPLE)),
        channels=channels,
        user_groups=user_groups,
        created=created,
    )
