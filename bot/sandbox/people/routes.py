"""The addresses of the person-facing API."""

from aiohttp import web

from bot.sandbox.people import act, install, look, talk
from bot.sandbox.people.visit import by_person

PERSON = "/sandbox/people/{user}"

ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/sandbox/state", look.state),
    web.get("/sandbox/record", look.record),
    web.post("/sandbox/faults", look.make_trouble),
    web.post("/sandbox/app", install.change),
    web.get(f"{PERSON}/stream", by_person(look.stream)),
    web.post(f"{PERSON}/profile", by_person(look.change_profile)),
    web.get(f"{PERSON}/channels", by_person(talk.channels)),
    web.get(f"{PERSON}/channels/{{channel}}/messages", by_person(talk.messages)),
    web.post(f"{PERSON}/channels/{{channel}}/members", by_person(look.invite)),
    web.post(f"{PERSON}/messages", by_person(talk.say)),
    web.post(f"{PERSON}/commands", by_person(talk.command)),
    web.post(f"{PERSON}/files", by_person(talk.share_files)),
    web.post(f"{PERSON}/uploads", by_person(talk.keep_files)),
    web.get(f"{PERSON}/files/{{file}}/{{name}}", by_person(look.download)),
    web.post(f"{PERSON}/home", by_person(act.open_home)),
    web.get(f"{PERSON}/home", by_person(act.home)),
    web.post(f"{PERSON}/actions", by_person(act.press)),
    web.get(f"{PERSON}/views", by_person(act.views)),
    web.post(f"{PERSON}/views/{{view}}/submit", by_person(act.submit)),
    web.post(f"{PERSON}/views/{{view}}/close", by_person(act.close)),
)
